export GIT_CONFIG_COUNT=3 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*' \
    GIT_CONFIG_KEY_1=user.name GIT_CONFIG_VALUE_1=guest GIT_CONFIG_KEY_2=user.email GIT_CONFIG_VALUE_2=guest@localhost
export GIT_TEMPLATE_DIR=/etc GIT_EXEC_PATH=/usr/bin
# Of stress-ng's class, what works on the directory it is given: the others mount something or read /proc and /dev.
stressors=$(stress-ng --class 'filesystem?' 2>&1 | tail -n 1 | sed 's/.*: //' | tr ' ' '\n' |
    grep -vxE 'binderfs|bind-mount|eventfd|fanotify|fd-fork|ioprio|procfs|statmount|umask|')

now() {
    cut -d . -f 1 /proc/uptime
}

# One that opens files until it may open no more would take all that the server may have open, which may be no more than it.
ulimit -n 1024

# Status 3 and 4: this kernel or this file system has nothing that the stressor could use.
stress() {
    stress-ng "--$1" 1 --timeout 2 --temp-path "$MNT/w-soak" --verify --hdd-bytes 8m --fallocate-bytes 8m \
        --iomix-bytes 8m >/tmp/stress.out 2>&1
    status=$?
    case $status in
        0) pass "stress-ng $1" ;;
        3 | 4) pass "stress-ng $1, which finds nothing to use" ;;
        *) fail "stress-ng $1: status $status: $(grep -E 'fail|error' /tmp/stress.out | head -n 3 | tr '\n' ' ')" ;;
    esac
}

database() {
    rm -f soak.db
    sqlite3 soak.db "create table t(id integer primary key, word text);
        with recursive n(i) as (select 1 union all select i + 1 from n where i < 2000)
        insert into t select i, hex(randomblob(100)) from n;
        delete from t where id % 3 = 0; vacuum;" >/dev/null && same "sqlite" ok "$(sqlite3 soak.db 'pragma integrity_check' 2>&1)"
}

repository() {
    rm -rf clone
    check "git clone" git clone -q --no-local "$MNT/repository.git" clone
    (
        cd clone && echo "$1" >guest.txt && git add guest.txt && git commit -q -m "$1" && git gc -q && git fsck --full
    ) >/tmp/git.out 2>&1 || fail "git: $(tail -n 1 /tmp/git.out)"
    rm -rf clone
}

# other N: one of the programs beside stress-ng, in turn.
other() {
    case $(($1 % 4)) in
        0) check "fio, verified" fio --minimal --name=job --directory="$MNT/w-soak" --size=4m --numjobs=2 --rw=randrw \
            --bsrange=512-65536 --bs_unaligned --verify=crc32c --verify_fatal=1 --do_verify=1 --ioengine=psync &&
            rm -f job.* ;;
        1) check "dbench" dbench -c /usr/share/dbench/client.txt -D "$MNT/w-soak" -t 3 2 ;;
        2) database ;;
        3) repository "round $1" ;;
    esac
}

# soak SECONDS: at least one of each, then until the time is over.
soak() {
    workdir w-soak
    deadline=$(($(now) + $1))
    round=0
    while [ "$(now)" -lt $deadline ] || [ $round -lt 4 ]; do
        for stressor in $stressors; do
            [ "$(now)" -lt $deadline ] || [ $round -lt 4 ] || break
            stress "$stressor"
            other $round
            round=$((round + 1))
        done
    done
    cd "$MNT" && rm -rf w-soak
    echo "$round rounds"
}

# settle WHAT: nothing is open or cached, until the host has seen it.
settle() {
    cd "$MNT"
    sync
    echo 3 >/proc/sys/vm/drop_caches
    echo "@@HOST $1"
    until [ -e "$MNT/$1" ]; do sleep 1; done
}

check "there are stressors" test "$(echo "$stressors" | wc -l)" -gt 20
soak "$((SOAK_SECONDS / 4))"
settle idle-before
mkdir source
tar xf source.tar -C source >/tmp/tar.out 2>&1 &
unpacking=$!
soak "$SOAK_SECONDS"
cd "$MNT"
wait $unpacking
same "the source is unpacked" "0 " "$? $(head -n 3 /tmp/tar.out)"
settle idle-after
