# The mount this workload runs on is left and entered again: nothing may hold it.
cd /
times=0
while [ $times -lt 10 ]; do
    umount "$MNT" || { fail "umount $times"; break; }
    mount -t virtiofs "$TAG" "$MNT" || { fail "mount $times"; break; }
    echo "round $times" >"$MNT/remount-$times" || fail "write $times"
    times=$((times + 1))
done
same "mounted ten times" 10 $times
same "all that was written is there" 10 "$(cat "$MNT"/remount-* | wc -l)"
rm -f "$MNT"/remount-*
refuse "an unknown tag is refused" mount -t virtiofs no-such-tag /tmp
