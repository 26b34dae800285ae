workdir w-sparse
size=4294967296
truncate -s $size f
same "size" $size "$(stat -c %s f)"
for at in 0 524288 1048575; do
    printf 'block-%d' $at | dd of=f bs=4096 seek=$at conv=notrunc 2>/dev/null || fail "write at block $at"
done
same "size after the writes" $size "$(stat -c %s f)"
check "few blocks are used" test "$(stat -c %b f)" -le 2048
echo 3 >/proc/sys/vm/drop_caches
for at in 0 524288 1048575; do
    same "block $at" "block-$at" "$(dd if=f bs=4096 skip=$at count=1 2>/dev/null | tr -d '\0')"
done
same "a hole reads as zeros" 0 "$(dd if=f bs=65536 skip=20000 count=4 2>/dev/null | tr -d '\0' | wc -c)"
printf end | dd of=f bs=4096 seek=1048577 conv=notrunc 2>/dev/null
same "a write beyond 4 GiB" 4294971395 "$(stat -c %s f)"
check "truncate" truncate -s 0 f
same "nothing is left" 0 "$(stat -c %s f)"
rm f
