# The host takes the device away while it is not mounted, and brings another one.
cd /
devices() {
    ls /sys/bus/virtio/drivers/virtiofs/ 2>/dev/null | grep -c '^virtio'
}
until_devices() {
    tries=0
    while [ "$(devices)" != "$1" ] && [ $tries -lt 600 ]; do
        sleep 0.1
        tries=$((tries + 1))
    done
    [ "$(devices)" = "$1" ]
}
echo before >"$MNT/replugged"
umount "$MNT" || fail "umount"
echo "@@HOST replug"
check "the device is gone" until_devices 0
check "the device is back" until_devices 1
check "mount" mount -t virtiofs "$TAG" "$MNT"
same "what was written before is there" before "$(cat "$MNT/replugged")"
check "a new file" sh -c 'echo after >"$MNT/replugged"'
same "can be read" after "$(cat "$MNT/replugged")"
