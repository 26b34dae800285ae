package org.dpfs4j.uring;

import org.dpfs4j.io.Fd;
import org.dpfs4j.wire.LockType;

/**
 * A lock that is asked for, or given back.
 *
 * @param on the file, and which of its kinds of lock
 * @param handle the number of the open file that it is asked through
 * @param file what that number stands for; held by whoever uses this
 * @param local whether no call on the file waits for another machine
 * @param type {@link LockType}
 * @param start first byte
 * @param end last byte, inclusive
 * @param pid the guest's process, for its own eyes
 */
record LockWish(
        LockedFile.Key on,
        LockOwner owner,
        long handle,
        Fd file,
        boolean local,
        int type,
        long start,
        long end,
        int pid) {
    boolean overlaps(long from, long to) {
        return start <= to && from <= end;
    }
}
