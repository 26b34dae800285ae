package org.dpfs4j.uring;

import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.LockType;
import org.dpfs4j.wire.OpenFlags;

/**
 * An owner with locks on a file: its private open file description on the host, which has the same locks there. Belongs to
 * its {@link LockedFile}, under whose monitor it is used.
 */
final class Holder {
    private static final int NONE = -1;

    private final LockedFile file;
    private final LockOwner owner;
    private int fd = NONE;
    private boolean writable;
    private long handle;
    private int pid;

    Holder(LockedFile file, LockOwner owner) {
        this.file = file;
        this.owner = owner;
    }

    LockedFile file() {
        return file;
    }

    LockOwner owner() {
        return owner;
    }

    int fd() {
        return fd;
    }

    /** The guest's process that locked last. */
    int pid() {
        return pid;
    }

    /** Whether the last lock was taken through that handle. */
    boolean used(long other) {
        return handle == other;
    }

    /**
     * Makes the description one that can have the lock: opened as the guest's own file is, so that nothing is opened for
     * writing that the guest only reads (a program that is open for writing cannot be started).
     *
     * @param read the ranges it has, all for reading if it cannot write yet
     * @return 0 or a negated errno; never -EACCES, which would mean a lock in the way
     */
    int prepare(LockCalls calls, LockWish wish, Iterable<LockRange<LockOwner>> read) {
        var mode = calls.accessMode(wish.file().number());
        if (mode < 0 || (!wish.on().flock() && mode == unusable(wish.type()))) {
            return -Errno.EBADF.code();
        }
        handle = wish.handle();
        pid = wish.pid();
        var wantsWriting = mode != OpenFlags.RDONLY;
        if (fd != NONE && (writable || !wantsWriting)) {
            return 0;
        }
        var fresh = open(calls, wish.file().number(), wantsWriting);
        if (fresh < 0) {
            return fresh == -Errno.EAGAIN.code() ? fresh : -Errno.ENOLCK.code();
        }
        if (fd != NONE) {
            move(calls, fresh, read);
        }
        fd = fresh;
        writable = wantsWriting;
        return 0;
    }

    private static int unusable(int type) {
        return type == LockType.WRITE ? OpenFlags.RDONLY : OpenFlags.WRONLY;
    }

    private static int open(LockCalls calls, int number, boolean writing) {
        if (!writing) {
            return calls.open(number, OpenFlags.RDONLY);
        }
        var both = calls.open(number, OpenFlags.RDWR);
        return both == -Errno.EACCES.code() ? calls.open(number, OpenFlags.WRONLY) : both;
    }

    /** Locks for reading stand beside each other: nobody gets in between. */
    private void move(LockCalls calls, int fresh, Iterable<LockRange<LockOwner>> read) {
        for (var range : read) {
            calls.range(fresh, range.type(), range.start(), range.end());
        }
        calls.close(fd);
    }

    /** Closes the description, and with it ends all its locks. */
    void close(LockCalls calls) {
        if (fd != NONE) {
            calls.close(fd);
            fd = NONE;
        }
    }
}
