package org.dpfs4j.uring;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.dpfs4j.io.Syscall;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.memory.Limits;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.Statfs;
import org.dpfs4j.wire.Statx;
import org.dpfs4j.wire.StatxMask;

/**
 * The file calls of one thread. Results are those of {@link Syscalls}: a value or a negated errno. What a call fills lies
 * in the thread's scratch memory until the next call of the same kind.
 *
 * <pre>
 *   0 statx 256 | statfs 120 | open_how 24 | times 32 | proc path 32 | bulk …
 * </pre>
 */
final class FileCalls {
    /** Bytes of {@link #bulk}. */
    static final int BULK_BYTES = Syscalls.SCRATCH_BYTES - 512;

    /** {@code RWF_NOWAIT} of {@code linux/fs.h}. */
    static final int NOWAIT = 8;

    /** {@code RWF_APPEND} of {@code linux/fs.h}. */
    static final int APPEND = 16;

    private static final int STATFS = 256;
    private static final int HOW = 384;
    private static final int TIMES = 416;
    private static final int PROC_PATH = 448;
    private static final int BULK = 512;
    private static final int HOW_BYTES = 24;

    private static final int AT_FDCWD = -100;
    private static final int AT_REMOVEDIR = 0x200;
    private static final int AT_SYMLINK_FOLLOW = 0x400;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int AT_STATX_DONT_SYNC = 0x4000;
    private static final int RESOLVE_NO_MAGICLINKS = 0x02;
    private static final int RESOLVE_NO_SYMLINKS = 0x04;
    private static final int RESOLVE_BENEATH = 0x08;
    private static final int RESOLVE_CACHED = 0x20;
    private static final int SEEK_SET = 0;

    private static final byte[] PROC = "/proc/self/fd/".getBytes(StandardCharsets.US_ASCII);

    /** A NUL, never freed. */
    private static final long EMPTY = Memory.allocate(8);

    private final Syscalls syscalls;
    private final Statx statx;
    private final Statfs statfs;

    FileCalls(Syscalls syscalls) {
        this.syscalls = syscalls;
        statx = new Statx(Memory.ALL, syscalls.scratch());
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

    /** Whether a call that must not wait could tell; a kernel before 5.12 does not know the question (EINVAL). */
    static boolean isKnown(int result) {
        return result != -Errno.EAGAIN.code() && result != -Errno.EINVAL.code();
    }

    /** Opens what a descriptor stands for once more, with other flags; only for regular files and directories. */
    int reopen(int fd, int flags) {
        return (int) syscalls.call(Syscall.OPENAT, AT_FDCWD, procPath(fd), flags | OpenFlags.CLOEXEC, 0);
    }

    /** Makes and opens a regular file that was not there. */
    int create(int directory, long name, int flags, int mode) {
        var all = flags | OpenFlags.CREAT | OpenFlags.EXCL | OpenFlags.NOFOLLOW | OpenFlags.CLOEXEC;
        return (int) syscalls.call(Syscall.OPENAT, directory, name, all, mode);
    }

    /** Opens a directory by its path in this process, as a name only; {@code path} may lead over links. */
    int openRoot(String path) {
        var flags = OpenFlags.PATH | OpenFlags.DIRECTORY | OpenFlags.CLOEXEC;
        return (int) syscalls.call(Syscall.OPENAT, AT_FDCWD, syscalls.path(path), flags, 0);
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

    /** As {@link #attributes}, but what this machine knows of them, without asking another one. */
    int knownAttributes(int fd) {
        return statx(fd, AT_EMPTY_PATH | AT_STATX_DONT_SYNC);
    }

    private int statx(int fd, int flags) {
        var mask = StatxMask.BASIC_STATS | StatxMask.MNT_ID;
        return (int) syscalls.call(Syscall.STATX, fd, EMPTY, flags, mask, statx.address());
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
        return (int) syscalls.call(Syscall.FCHMODAT, AT_FDCWD, procPath(fd), mode);
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

    int sync(int fd, boolean dataOnly) {
        return (int) syscalls.call(dataOnly ? Syscall.FDATASYNC : Syscall.FSYNC, fd);
    }

    /** Memory of {@link #BULK_BYTES}. */
    long bulk() {
        return syscalls.scratch() + BULK;
    }

    /** Writes the path that leads to what a descriptor of this process stands for: a link that no guest can change. */
    private long procPath(int fd) {
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
