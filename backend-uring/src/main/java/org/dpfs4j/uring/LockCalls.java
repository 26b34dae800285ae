package org.dpfs4j.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import org.dpfs4j.io.Syscall;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.wire.LockType;
import org.dpfs4j.wire.OpenFlags;

/**
 * The host's locks, none of which waits. Those of ranges belong to an open file description ({@code F_OFD_SETLK}), as those
 * of flock(2) do: a process has many owners here.
 *
 * <pre>
 *   struct flock: type 2 | whence 2 | – 4 | start 8 | length 8 | pid 4 | – 4
 * </pre>
 */
final class LockCalls {
    private static final int F_GETFL = 3;
    private static final int F_OFD_GETLK = 36;
    private static final int F_OFD_SETLK = 37;

    private static final int LOCK_SH = 1;
    private static final int LOCK_EX = 2;
    private static final int LOCK_NB = 4;
    private static final int LOCK_UN = 8;

    private final FileCalls calls;

    LockCalls(FileCalls calls) {
        this.calls = calls;
    }

    /** Opens what a descriptor stands for once more; never waits for a lease to be given back. */
    int open(int fd, int accessMode) {
        return calls.reopen(fd, accessMode | OpenFlags.NONBLOCK);
    }

    void close(int fd) {
        calls.close(fd);
    }

    /** How a descriptor was opened: {@link OpenFlags#RDONLY} and the like. */
    int accessMode(int fd) {
        var flags = (int) calls.syscalls().call(Syscall.FCNTL, fd, F_GETFL);
        return flags < 0 ? flags : flags & OpenFlags.ACCESS_MODE;
    }

    /** Locks or unlocks a range for a description; -EAGAIN when somebody else's lock is in the way. */
    int range(int fd, int type, long start, long end) {
        return call(F_OFD_SETLK, fd, type, start, end);
    }

    /** A lock in the way of one of a description, or null; {@code owner} is the finder's name for whose it is. */
    <O> LockRange<O> inTheWay(int fd, O owner, int type, long start, long end) {
        var at = calls.bulk();
        if (call(F_OFD_GETLK, fd, type, start, end) < 0 || Memory.ALL.get(JAVA_SHORT, at) == LockType.UNLOCK) {
            return null;
        }
        var from = Memory.ALL.get(JAVA_LONG, at + 8);
        var length = Memory.ALL.get(JAVA_LONG, at + 16);
        var to = length == 0 ? LockRange.TO_END : from + length - 1;
        return new LockRange<>(owner, Memory.ALL.get(JAVA_SHORT, at), from, to);
    }

    private int call(int command, int fd, int type, long start, long end) {
        var at = calls.bulk();
        Memory.ALL.set(JAVA_SHORT, at, (short) type);
        Memory.ALL.set(JAVA_SHORT, at + 2, (short) 0);
        Memory.ALL.set(JAVA_LONG, at + 8, start);
        Memory.ALL.set(JAVA_LONG, at + 16, end == LockRange.TO_END ? 0 : end - start + 1);
        Memory.ALL.set(JAVA_INT, at + 24, 0);
        return (int) calls.syscalls().call(Syscall.FCNTL, fd, command, at);
    }

    /** Locks or unlocks a file for a description; one that was locked otherwise loses that even when this is -EAGAIN. */
    int whole(int fd, int type) {
        var operation = type == LockType.READ ? LOCK_SH : type == LockType.WRITE ? LOCK_EX : LOCK_UN;
        return (int) calls.syscalls().call(Syscall.FLOCK, fd, operation | LOCK_NB);
    }
}
