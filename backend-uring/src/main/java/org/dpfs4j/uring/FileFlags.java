package org.dpfs4j.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import org.dpfs4j.memory.Memory;
import org.dpfs4j.wire.Errno;

/**
 * Which flags of a file a guest may change (FS_IOC_SETFLAGS, FS_IOC_FSSETXATTR). Not those that take a file out of the hands
 * of the operator of this machine: one that is immutable or append-only cannot be removed, and project numbers decide whose
 * quota counts.
 */
final class FileFlags {
    /** Bytes of {@code struct fsxattr}. */
    static final int XFLAGS_BYTES = 28;

    /** Commands of {@code linux/fs.h}. */
    static final int GET_FLAGS = 0x80086601;

    static final int SET_FLAGS = 0x40086602;

    static final int GET_XFLAGS = 0x801C581F;

    static final int SET_XFLAGS = 0x401C5820;

    /** {@code FS_*_FL} of {@code linux/fs.h} that a guest may change. */
    private static final int CHANGEABLE = 0x0000_0004 // compress
            | 0x0000_0008 // write synchronously
            | 0x0000_0040 // not to be dumped
            | 0x0000_0080 // no access times
            | 0x0000_0400 // do not compress
            | 0x0001_0000 // change the directory synchronously
            | 0x0002_0000 // top of a hierarchy
            | 0x0080_0000; // no copy on write

    private static final int IMMUTABLE = 0x0000_0010;
    private static final int APPEND = 0x0000_0020;
    private static final int PROJECT = 0x2000_0000;
    private static final int RESERVED = IMMUTABLE | APPEND | PROJECT;

    /** What a guest may not change and would miss: overwrite and undo on removal, journal data, tails, DAX, case folding. */
    private static final int REFUSED = 0x1 | 0x2 | 0x4000 | 0x8000 | 0x0200_0000 | 0x4000_0000;

    /** {@code FS_XFLAG_*} that a guest may change. */
    private static final int CHANGEABLE_XFLAGS = 0x0000_0020 // write synchronously
            | 0x0000_0040 // no access times
            | 0x0000_0080 // not to be dumped
            | 0x0000_2000; // not to be defragmented

    /** {@code FS_XFLAG_*}: immutable, append-only, project inherited. */
    private static final int RESERVED_XFLAGS = 0x0000_0008 | 0x0000_0010 | 0x0000_0200;

    /** What the file system tells and nobody sets: space is allocated, there are attributes. */
    private static final int TOLD_XFLAGS = 0x0000_0002 | 0x8000_0000;

    private static final int EXTENT_SIZE = 4;
    private static final int PROJECT_ID = 12;
    private static final int COPY_EXTENT_SIZE = 16;

    private FileFlags() {}

    /**
     * Sets the flags in the int at {@code argument}. What somebody else changes between reading and setting is lost, as it is
     * with chattr, which reads and sets as well: no lock of ours can help a guest there, since it has read before it asks. The
     * operator's flags are lost so only if the server may change them (CAP_LINUX_IMMUTABLE); under isolation it may not,
     * and the kernel refuses the whole.
     */
    static int setFlags(FileCalls calls, int fd, long argument) {
        var wanted = Memory.ALL.get(JAVA_INT, argument);
        var now = calls.bulk();
        var result = calls.control(fd, GET_FLAGS, now);
        if (result < 0) {
            return result;
        }
        var changed = wanted ^ Memory.ALL.get(JAVA_INT, now);
        if ((changed & RESERVED) != 0) {
            return -Errno.EPERM.code();
        }
        if ((changed & REFUSED) != 0) {
            return -Errno.EOPNOTSUPP.code();
        }
        // What else differs is the file system's own (extents, hash tree, ...): it stays as it is.
        Memory.ALL.set(JAVA_INT, argument, wanted ^ (changed & ~CHANGEABLE));
        return calls.control(fd, SET_FLAGS, argument);
    }

    /**
     * Sets what the {@code struct fsxattr} at {@code argument} says. All flags but the changeable ones decide where the data
     * lies and how much room it takes, such as real-time devices, allocation groups, DAX and extent sizes: a guest finds a file
     * system that does not have them.
     */
    static int setXflags(FileCalls calls, int fd, long argument) {
        var now = calls.bulk();
        var result = calls.control(fd, GET_XFLAGS, now);
        if (result < 0) {
            return result;
        }
        var changed = Memory.ALL.get(JAVA_INT, argument) ^ Memory.ALL.get(JAVA_INT, now);
        if ((changed & RESERVED_XFLAGS) != 0 || differ(argument, now, PROJECT_ID)) {
            return -Errno.EPERM.code();
        }
        var layout = (changed & ~(CHANGEABLE_XFLAGS | TOLD_XFLAGS)) != 0;
        if (layout || differ(argument, now, EXTENT_SIZE) || differ(argument, now, COPY_EXTENT_SIZE)) {
            return -Errno.EOPNOTSUPP.code();
        }
        Memory.ALL.set(JAVA_INT, now, Memory.ALL.get(JAVA_INT, now) ^ (changed & CHANGEABLE_XFLAGS));
        return calls.control(fd, SET_XFLAGS, now);
    }

    private static boolean differ(long argument, long now, int field) {
        return Memory.ALL.get(JAVA_INT, argument + field) != Memory.ALL.get(JAVA_INT, now + field);
    }
}
