workdir w-fio
if heavy; then size=32m; jobs=4; else size=3m; jobs=2; fi

run() {
    what=$1
    shift
    check "$what" fio --minimal --name=job --directory="$MNT/w-fio" --size=$size --numjobs=$jobs \
        --verify=crc32c --verify_fatal=1 --do_verify=1 --randrepeat=1 --group_reporting "$@"
}
run "random writes of 4 KiB, verified" --rw=randwrite --bs=4k --ioengine=psync
run "sequential writes of 128 KiB, verified" --rw=write --bs=128k --ioengine=psync
run "random reads and writes of odd sizes, verified" --rw=randrw --bsrange=512-65536 --bs_unaligned --ioengine=psync
run "direct writes of 16 KiB, verified" --rw=randwrite --bs=16k --direct=1 --ioengine=psync
run "writes of 1 MiB with fsync, verified" --rw=write --bs=1m --fsync=2 --ioengine=psync
run "direct asynchronous writes, 8 deep, verified" --rw=randwrite --bs=8k --direct=1 --ioengine=libaio --iodepth=8
rm -f "$MNT"/w-fio/*
