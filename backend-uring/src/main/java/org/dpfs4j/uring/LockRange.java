package org.dpfs4j.uring;

import org.dpfs4j.wire.LockType;

/**
 * A locked range of bytes.
 *
 * @param type {@link LockType#READ} or {@link LockType#WRITE}
 * @param start first byte
 * @param end last byte, inclusive; {@link Long#MAX_VALUE} for wherever the file ends
 */
record LockRange<O>(O owner, int type, long start, long end) {
    /** The last byte there is. */
    static final long TO_END = Long.MAX_VALUE;

    boolean overlaps(long from, long to) {
        return start <= to && from <= end;
    }

    /** Whether another owner cannot have a lock of that type on the same bytes. */
    boolean excludes(int other) {
        return type == LockType.WRITE || other == LockType.WRITE;
    }

    /** What is left of this from {@code from} to {@code to}. */
    LockRange<O> cut(long from, long to) {
        return new LockRange<>(owner, type, from, to);
    }
}
