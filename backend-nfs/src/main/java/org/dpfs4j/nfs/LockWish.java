package org.dpfs4j.nfs;

import org.dpfs4j.wire.LkIn;

/** A lock that is asked for: {@code end} inclusive, -1 for all offsets there are. */
record LockWish(OpenFile file, long owner, boolean flock, int pid, long start, long end, boolean write) {
    static LockWish of(LkIn in, OpenFile file, boolean write) {
        var end = in.end() == Long.MAX_VALUE ? -1 : in.end();
        return in.flock()
                ? new LockWish(file, in.owner(), true, in.lockPid(), 0, -1, write)
                : new LockWish(file, in.owner(), false, in.lockPid(), in.start(), end, write);
    }
}
