# Makes the directory $0 the root, with $1 at its /mnt, and runs the workloads there; in a mount namespace of its own.
set -e
mount --make-rprivate /
mount --bind "$1" "$0/mnt"
mount -t proc proc "$0/proc"
mount --rbind /sys "$0/sys"
mount -t tmpfs -o mode=755 dev "$0/dev"
for device in null zero full random urandom tty; do
    touch "$0/dev/$device"
    mount --bind "/dev/$device" "$0/dev/$device"
done
mkdir "$0/dev/shm"
mount -t tmpfs -o mode=1777 tmpfs "$0/tmp"
exec chroot "$0" /bin/busybox sh -c '
    /bin/busybox mkdir -p /sbin /usr/bin /usr/sbin
    /bin/busybox --install -s
    export PATH=/bin:/sbin:/usr/bin:/usr/sbin HOME=/root MNT=/mnt LC_ALL=C
    umask 022
    . /etc/variables
    echo "@@UP $(uname -r)"
    echo "@@MOUNTED host"
    . /run.sh
    echo "@@DONE"'
