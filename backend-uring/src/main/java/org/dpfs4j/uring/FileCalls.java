package org.dpfs4j.uring;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.dpfs4j.io.Syscall;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.memory.Iovecs;
import org.dpfs4j.memory.Limits;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.Statfs;
import org.dpfs4j.wire.Statx;
import org.dpfs4j.wire.StatxMask;

/**
 * The file calls of one thread. Results are those of {@link Syscalls}: a value or a negated errno. What a call fills lies
 * in the thread's scratch memory until the next call of the same kind. Longer than other files; why: one method a call.
 *
 * <pre>
 *   0 statx 256 | statfs 120 | open_how 24 | times or two offsets 32 | proc path 32 | 512 statx 256 | file handle 136 | mount id 8 | 1024 bulk …
 * </pre>
 */
final class FileCalls {
    /** Bytes of {@link #bulk}. */
    static final int BULK_BYTES = Syscalls.SCRATCH_BYTES - 1024;

    /** {@code MAX_HANDLE_SZ} of {@code linux/exportfs.h}. */
    static final int HANDLE_MAX = 128;

    /** {@code RWF_NOWAIT} of {@code linux/fs.h}. */
    static final int NOWAIT = 8;

    /** {@code RWF_APPEND} of {@code linux/fs.h}. */
    static final int APPEND = 16;

    private static final int STATFS = 256;
    private static final int HOW = 384;
    private static final int TIMES = 416;
    private static final int PROC_PATH = 448;
    private static final int ASIDE = 512;
    private static final int FILE_HANDLE = 768;
    private static final int HANDLE_MOUNT = FILE_HANDLE + 8 + HANDLE_MAX;
    private static final int BULK = 1024;
    private static final int HOW_BYTES = 24;

    private static final int AT_FDCWD = -100;
    private static final int AT_REMOVEDIR = 0x200;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_SYMLINK_FOLLOW = 0x400;
    private static final int AT_NO_AUTOMOUNT = 0x800;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int AT_STATX_DONT_SYNC = 0x4000;
    private static final int AT_RECURSIVE = 0x8000;
    private static final int OPEN_TREE_CLONE = 1;
    private static final long MOUNT_ATTR_RDONLY = 1;
    private static final int MOUNT_ATTR_BYTES = 32;
    private static final int RESOLVE_NO_MAGICLINKS = 0x02;
    private static final int RESOLVE_NO_SYMLINKS = 0x04;
    private static final int RESOLVE_BENEATH = 0x08;
    private static final int RESOLVE_CACHED = 0x20;
    private static final int SEEK_SET = 0;

    /** ".." and NULs, in either byte order of this project's machines. */
    private static final int DOTS = '.' | '.' << 8;

    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;

    private static final byte[] PROC = "/proc/self/fd/".getBytes(StandardCharsets.US_ASCII);

    /** The folder at {@link #PROC}, for good: from there the kernel has one name to find instead of four; negative: none. */
    private static final int DESCRIPTORS = descriptors();

    /** A NUL, never freed. */
    private static final long EMPTY = Memory.allocate(8);

    /** The path of a directory itself, never freed. */
    private static final long SELF = self();

    private final Syscalls syscalls;
    private final Statx statx;
    private final Statx aside;
    private final Statfs statfs;

    private static long self() {
        var path = Memory.allocate(8);
        Memory.ALL.set(JAVA_BYTE, path, (byte) '.');
        return path;
    }

    private static int descriptors() {
        var syscalls = new Syscalls();
        try {
            return new FileCalls(syscalls).openRoot(new String(PROC, StandardCharsets.US_ASCII));
        } finally {
            syscalls.close();
        }
    }

    FileCalls(Syscalls syscalls) {
        this.syscalls = syscalls;
        statx = new Statx(Memory.ALL, syscalls.scratch());
        aside = new Statx(Memory.ALL, syscalls.scratch() + ASIDE);
        statfs = new Statfs(Memory.ALL, syscalls.scratch() + STATFS);
    }

    /** The thread's own calls. */
    Syscalls syscalls() {
        return syscalls;
    }

    /**
     * Opens an entry of a directory as a name only (O_PATH), never following a link, never leaving the directory.
     *
     * @param cachedOnly whether to answer -EAGAIN rather than wait for a disk
     */
    int openName(int directory, long name, boolean cachedOnly) {
        var how = syscalls.scratch() + HOW;
        var resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS;
        Memory.ALL.set(JAVA_LONG, how, OpenFlags.PATH | OpenFlags.NOFOLLOW | OpenFlags.CLOEXEC);
        Memory.ALL.set(JAVA_LONG, how + 8, 0L);
        Memory.ALL.set(JAVA_LONG, how + 16, cachedOnly ? resolve | RESOLVE_CACHED : resolve);
        return (int) syscalls.call(Syscall.OPENAT2, directory, name, how, HOW_BYTES);
    }

    /**
     * Opens what a descriptor stands for as a name only, by a name that it may have: that costs the kernel less than by its
     * number, and is done so where the name means something else.
     */
    int nameOf(int fd, int directory, long name) {
        var found = openName(directory, name, false);
        if (found >= 0) {
            if (knownAttributes(fd) == 0
                    && attributesAside(found) == 0
                    && FileKey.of(statx).equals(FileKey.of(aside))) {
                return found;
            }
            close(found);
        }
        return reopen(fd, OpenFlags.PATH);
    }

    /** Whether a call that must not wait could tell; a kernel before 5.12 does not know the question (EINVAL). */
    static boolean isKnown(int result) {
        return result != -Errno.EAGAIN.code() && result != -Errno.EINVAL.code();
    }

    /** Opens what a descriptor stands for once more, with other flags; only for regular files and directories. */
    int reopen(int fd, int flags) {
        var path = procPath(fd);
        var name = DESCRIPTORS < 0 ? path : path + PROC.length;
        return (int) syscalls.call(Syscall.OPENAT, DESCRIPTORS, name, flags | OpenFlags.CLOEXEC, 0);
    }

    /** Opens the directory that a descriptor stands for once more, as a name only. */
    int reopenName(int directory) {
        return reopen(directory, OpenFlags.PATH | OpenFlags.DIRECTORY);
    }

    /** Makes and opens a regular file that was not there. */
    int create(int directory, long name, int flags, int mode) {
        var all = flags | OpenFlags.CREAT | OpenFlags.EXCL | OpenFlags.NOFOLLOW | OpenFlags.CLOEXEC;
        return (int) syscalls.call(Syscall.OPENAT, directory, name, all, mode);
    }

    /** Makes and opens a regular file without a name. */
    int createNameless(int directory, int flags, int mode) {
        var all = flags | OpenFlags.TMPFILE | OpenFlags.CLOEXEC;
        return (int) syscalls.call(Syscall.OPENAT, directory, SELF, all, mode);
    }

    /** Lets an open file leave the page cache alone; false where its file system cannot. */
    boolean makeDirect(int fd) {
        var flags = syscalls.call(Syscall.FCNTL, fd, F_GETFL);
        return flags >= 0 && syscalls.call(Syscall.FCNTL, fd, F_SETFL, flags | OpenFlags.DIRECT) == 0;
    }

    /** Reads at an offset; as {@link Syscalls#preadv2}. */
    int read(int fd, long vectors, int count, long offset) {
        return (int) syscalls.preadv2(fd, vectors, count, offset, 0);
    }

    /** Writes at an offset; as {@link Syscalls#pwritev2}. */
    int write(int fd, long vectors, int count, long offset, int flags) {
        return (int) syscalls.pwritev2(fd, vectors, count, offset, flags);
    }

    /** Copies a piece of one file into another; fewer bytes than asked for are no error. */
    long copy(int from, long offset, int to, long targetOffset, long bytes) {
        var offsets = syscalls.scratch() + TIMES;
        Memory.ALL.set(JAVA_LONG, offsets, offset);
        Memory.ALL.set(JAVA_LONG, offsets + 8, targetOffset);
        return syscalls.call(Syscall.COPY_FILE_RANGE, from, offsets, to, offsets + 8, bytes, 0);
    }

    /** Makes everything durable that the file system behind a real descriptor holds. */
    int syncFileSystem(int fd) {
        return (int) syscalls.call(Syscall.SYNCFS, fd);
    }

    /** An ioctl with memory of ours. */
    int control(int fd, int command, long argument) {
        return (int) syscalls.call(Syscall.IOCTL, fd, Integer.toUnsignedLong(command), argument);
    }

    /** Opens a directory by its path in this process, as a name only; {@code path} may lead over links. */
    int openRoot(String path) {
        var flags = OpenFlags.PATH | OpenFlags.DIRECTORY | OpenFlags.CLOEXEC;
        return (int) syscalls.call(Syscall.OPENAT, AT_FDCWD, syscalls.path(path), flags, 0);
    }

    /**
     * Opens a directory by its path as {@link #openRoot} does, with all that is mounted below, as mounts of its own that nothing
     * can be changed through; -EPERM without the right to mount, -ENOSYS before Linux 5.12.
     */
    int openReadOnlyRoot(String path) {
        var flags = OPEN_TREE_CLONE | OpenFlags.CLOEXEC | AT_RECURSIVE;
        var fd = (int) syscalls.call(Syscall.OPEN_TREE, AT_FDCWD, syscalls.path(path), flags);
        if (fd < 0) {
            return fd;
        }
        var attributes = syscalls.scratch() + HOW;
        Memory.ALL.asSlice(attributes, MOUNT_ATTR_BYTES).fill((byte) 0);
        Memory.ALL.set(JAVA_LONG, attributes, MOUNT_ATTR_RDONLY);
        var result = (int) syscalls.call(
                Syscall.MOUNT_SETATTR, fd, EMPTY, AT_EMPTY_PATH | AT_RECURSIVE, attributes, MOUNT_ATTR_BYTES);
        if (result < 0) {
            close(fd);
            return result;
        }
        return fd;
    }

    /** Closes a descriptor that nothing else knows. */
    void close(int fd) {
        syscalls.call(Syscall.CLOSE, fd);
    }

    /** Closes a copy of a descriptor, which reports what closing itself would. */
    int closeCopy(int fd) {
        var copy = syscalls.call(Syscall.DUP, fd);
        return (int) (copy < 0 ? copy : syscalls.call(Syscall.CLOSE, copy));
    }

    /** Reads the attributes behind a descriptor into {@link #statx}. */
    int attributes(int fd) {
        return statx(fd, AT_EMPTY_PATH);
    }

    /** Reads the attributes of an entry of a directory, which may be a link itself, into {@link #statx}. */
    int attributes(int directory, long name) {
        var mask = StatxMask.BASIC_STATS | StatxMask.MNT_ID;
        var flags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT;
        return (int) syscalls.call(Syscall.STATX, directory, name, flags, mask, statx.address());
    }

    /** As {@link #attributes(int)}, but what this machine knows of them, without asking another one. */
    int knownAttributes(int fd) {
        return statx(fd, AT_EMPTY_PATH | AT_STATX_DONT_SYNC);
    }

    /** As {@link #knownAttributes}, but into {@link #aside}. */
    int attributesAside(int fd) {
        return statx(fd, AT_EMPTY_PATH | AT_STATX_DONT_SYNC, aside);
    }

    /** What {@link #attributesAside} read, which leaves {@link #statx} as it is. */
    Statx aside() {
        return aside;
    }

    /**
     * Asks for the handle that the file behind a descriptor can be opened by, O_PATH or not: {@code struct file_handle} at
     * {@link #handleAddress}.
     *
     * @return the bytes of the handle proper, up to {@link #HANDLE_MAX}; or a negated errno
     */
    int handle(int fd) {
        return handle(fd, EMPTY, AT_EMPTY_PATH);
    }

    /** As {@link #handle(int)}, of an entry of a directory, which may be a link itself. */
    int handle(int directory, long name) {
        return handle(directory, name, 0);
    }

    private int handle(int directory, long name, int flags) {
        var handle = handleAddress();
        Memory.ALL.set(JAVA_INT, handle, HANDLE_MAX);
        var mount = syscalls.scratch() + HANDLE_MOUNT;
        var result = syscalls.call(Syscall.NAME_TO_HANDLE_AT, directory, name, handle, mount, flags);
        return result < 0 ? (int) result : Memory.ALL.get(JAVA_INT, handle);
    }

    /** Where a {@code struct file_handle} of up to {@link #HANDLE_MAX} bytes of handle lies: length, type, bytes. */
    long handleAddress() {
        return syscalls.scratch() + FILE_HANDLE;
    }

    /** Opens the file of the handle at {@link #handleAddress}; {@code mount}: no O_PATH descriptor. */
    int openHandle(int mount, int flags) {
        return (int) syscalls.call(Syscall.OPEN_BY_HANDLE_AT, mount, handleAddress(), flags | OpenFlags.CLOEXEC);
    }

    /** Opens the parent of a directory as a name only. It may lie outside of the tree. */
    int openParent(int directory) {
        Memory.ALL.set(JAVA_INT, syscalls.scratch() + PROC_PATH, DOTS);
        var flags = OpenFlags.PATH | OpenFlags.DIRECTORY | OpenFlags.NOFOLLOW | OpenFlags.CLOEXEC;
        return (int) syscalls.call(Syscall.OPENAT, directory, syscalls.scratch() + PROC_PATH, flags, 0);
    }

    /**
     * Reads other attributes than the usual ones.
     *
     * @param flags AT_STATX_*: how fresh they must be
     * @param mask {@link StatxMask}
     */
    int attributes(int fd, int flags, int mask, Statx into) {
        return (int) syscalls.call(Syscall.STATX, fd, EMPTY, AT_EMPTY_PATH | flags, mask, into.address());
    }

    private int statx(int fd, int flags) {
        return statx(fd, flags, statx);
    }

    private int statx(int fd, int flags, Statx into) {
        var mask = StatxMask.BASIC_STATS | StatxMask.MNT_ID;
        return (int) syscalls.call(Syscall.STATX, fd, EMPTY, flags, mask, into.address());
    }

    /** The attributes read last. */
    Statx statx() {
        return statx;
    }

    /** Reads the state of the file system behind a descriptor. */
    int fileSystem(int fd, Statfs into) {
        return (int) syscalls.call(Syscall.FSTATFS, fd, into.address());
    }

    /** The type of the file system behind a descriptor, 0 when it cannot be told. */
    long type(int fd) {
        return fileSystem(fd, statfs) == 0 ? statfs.type() : 0;
    }

    /** Changes the permissions behind a descriptor, O_PATH or not. */
    int permissions(int fd, int mode) {
        var result = (int) syscalls.call(Syscall.FCHMODAT2, fd, EMPTY, mode, AT_EMPTY_PATH);
        // Before Linux 6.6.
        return result == -Errno.ENOSYS.code()
                ? (int) syscalls.call(Syscall.FCHMODAT, AT_FDCWD, procPath(fd), mode)
                : result;
    }

    /** Changes owner and group behind a descriptor, O_PATH or not, of a link itself; -1 leaves one as it is. */
    int owner(int fd, int uid, int gid) {
        return (int) syscalls.call(Syscall.FCHOWNAT, fd, EMPTY, uid, gid, AT_EMPTY_PATH);
    }

    /** Changes both times behind a descriptor, O_PATH or not, of a link itself: nanoseconds may be UTIME_*. */
    int times(int fd, long atime, long atimeNanos, long mtime, long mtimeNanos) {
        var times = syscalls.scratch() + TIMES;
        Memory.ALL.set(JAVA_LONG, times, atime);
        Memory.ALL.set(JAVA_LONG, times + 8, atimeNanos);
        Memory.ALL.set(JAVA_LONG, times + 16, mtime);
        Memory.ALL.set(JAVA_LONG, times + 24, mtimeNanos);
        return (int) syscalls.call(Syscall.UTIMENSAT, fd, EMPTY, times, AT_EMPTY_PATH);
    }

    int truncate(int fd, long sizeBytes) {
        return (int) syscalls.call(Syscall.FTRUNCATE, fd, sizeBytes);
    }

    int allocate(int fd, int mode, long offset, long rangeBytes) {
        return (int) syscalls.call(Syscall.FALLOCATE, fd, mode, offset, rangeBytes);
    }

    long seek(int fd, long offset, int whence) {
        return syscalls.call(Syscall.LSEEK, fd, offset, whence);
    }

    /** Moves a directory to a cookie. */
    long seekTo(int directory, long cookie) {
        return seek(directory, cookie, SEEK_SET);
    }

    /** Reads the next entries of a directory into {@link #bulk}; see {@link HostEntries}. */
    int entries(int directory, int room) {
        return (int) syscalls.call(Syscall.GETDENTS64, directory, bulk(), room);
    }

    /** Reads the target of the link behind an O_PATH descriptor: up to {@link Limits#PATH_BYTES}, without NUL. */
    int target(int link, long address) {
        return (int) syscalls.call(Syscall.READLINKAT, link, EMPTY, address, Limits.PATH_BYTES);
    }

    int makeDirectory(int directory, long name, int mode) {
        return (int) syscalls.call(Syscall.MKDIRAT, directory, name, mode);
    }

    int makeNode(int directory, long name, int mode, int device) {
        return (int) syscalls.call(Syscall.MKNODAT, directory, name, mode, Integer.toUnsignedLong(device));
    }

    int makeSymlink(long target, int directory, long name) {
        return (int) syscalls.call(Syscall.SYMLINKAT, target, directory, name);
    }

    /** Gives what a descriptor stands for another name. */
    int link(int fd, int directory, long name) {
        return (int) syscalls.call(Syscall.LINKAT, AT_FDCWD, procPath(fd), directory, name, AT_SYMLINK_FOLLOW);
    }

    int unlink(int directory, long name) {
        return (int) syscalls.call(Syscall.UNLINKAT, directory, name, 0);
    }

    int removeDirectory(int directory, long name) {
        return (int) syscalls.call(Syscall.UNLINKAT, directory, name, AT_REMOVEDIR);
    }

    int rename(int directory, long name, int newDirectory, long newName, int flags) {
        return (int) syscalls.call(Syscall.RENAMEAT2, directory, name, newDirectory, newName, flags);
    }

    /** Reads an extended attribute of what a descriptor stands for, O_PATH or not; {@code room} 0 asks for the size. */
    int getXattr(int fd, long name, long value, int room) {
        return (int) syscalls.call(Syscall.GETXATTR, procPath(fd), name, value, room);
    }

    int setXattr(int fd, long name, long value, long valueBytes, int flags) {
        return (int) syscalls.call(Syscall.SETXATTR, procPath(fd), name, value, valueBytes, flags);
    }

    int removeXattr(int fd, long name) {
        return (int) syscalls.call(Syscall.REMOVEXATTR, procPath(fd), name);
    }

    /** Reads the names of all extended attributes, each with its NUL. */
    int listXattrs(int fd, long names, int room) {
        return (int) syscalls.call(Syscall.LISTXATTR, procPath(fd), names, room);
    }

    /** Writes up to {@link Limits#IOVECS_PER_CALL} pieces at an offset, and waits for it. */
    long write(int fd, Iovecs source, long offset, int flags) {
        var count = Math.min(source.count(), Limits.IOVECS_PER_CALL);
        return syscalls.pwritev2(fd, source.arrayAddress(), count, offset, flags);
    }

    int sync(int fd, boolean dataOnly) {
        return (int) syscalls.call(dataOnly ? Syscall.FDATASYNC : Syscall.FSYNC, fd);
    }

    /** Memory of {@link #BULK_BYTES}. */
    long bulk() {
        return syscalls.scratch() + BULK;
    }

    /** Writes the path that leads to what a descriptor of this process stands for: a link that no guest can change. */
    long procPath(int fd) {
        var path = syscalls.scratch() + PROC_PATH;
        MemorySegment.copy(PROC, 0, Memory.ALL, JAVA_BYTE, path, PROC.length);
        var digits = 1;
        for (int rest = fd / 10; rest > 0; rest /= 10) {
            digits++;
        }
        var end = path + PROC.length + digits;
        Memory.ALL.set(JAVA_BYTE, end, (byte) 0);
        for (int rest = fd; digits > 0; digits--, rest /= 10) {
            Memory.ALL.set(JAVA_BYTE, --end, (byte) ('0' + rest % 10));
        }
        return path;
    }
}
