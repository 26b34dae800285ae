#!/bin/busybox sh
# The guest's first and only process: loads modules, mounts the share, runs the workloads in order, powers off.
/bin/busybox mkdir -p /sbin /usr/bin /usr/sbin
/bin/busybox --install -s
export PATH=/bin:/sbin:/usr/bin:/usr/sbin HOME=/root MNT=/mnt LC_ALL=C
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev 2>/dev/null
mkdir -p /dev/shm
mount -t tmpfs -o mode=1777 tmpfs /tmp
mount -t tmpfs tmpfs /dev/shm
echo "@@UP $(uname -r)"
for module in /modules/*.ko; do
    [ -f "$module" ] && { insmod "$module" || echo "@@FAIL module: $module"; }
done
hostname guest
umask 022
. /etc/variables

mounted=0
if [ "$(ls /workloads)" ]; then
    for try in 1 2 3 4 5 6 7 8 9 10; do
        mount -t virtiofs "$TAG" "$MNT" 2>/tmp/mount.err && { mounted=1; break; }
        sleep 0.5
    done
    if [ $mounted = 1 ]; then
        echo "@@MOUNTED $TAG"
    else
        echo "@@FAIL mount: $(head -n 1 /tmp/mount.err)"
    fi
fi
if [ $mounted = 1 ]; then
    . /run.sh
    cd /
    umount "$MNT" || echo "@@FAIL umount: the share is busy"
fi
sync
echo "@@DONE"
poweroff -f
