# First boot: leaves a mark on the share and reboots without umount. Second boot: finds it.
if [ -e "$MNT/rebooted" ]; then
    same "what was written before the reboot is there" before "$(cat "$MNT/rebooted")"
    check "a new file" sh -c 'echo after >"$MNT/after-reboot"'
    same "can be read" after "$(cat "$MNT/after-reboot")"
    same "and listed" 1 "$(ls "$MNT" | grep -c '^after-reboot$')"
    rm -f "$MNT/rebooted"
else
    echo before >"$MNT/rebooted"
    exec 7>"$MNT/held-open"
    echo held >&7
    reboot -f
    sleep 60
fi
