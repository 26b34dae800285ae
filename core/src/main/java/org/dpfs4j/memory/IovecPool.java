package org.dpfs4j.memory;

import java.util.Arrays;

/**
 * Arrays of {@link Limits#IOVECS_LARGE} entries lent to the scatter lists of one queue. Single-threaded: it belongs to
 * the lane that serves the queue, and as many arrays can be out as the queue has requests in flight.
 */
public final class IovecPool implements AutoCloseable {
    private static final long ARRAY_BYTES = (long) Limits.IOVECS_LARGE * Iovecs.ENTRY_BYTES;

    private long[] free = new long[8];
    private int freeCount;
    private boolean closed;

    /** The address of an array of {@link Limits#IOVECS_LARGE} entries. */
    long borrow() {
        return freeCount == 0 ? Memory.allocate(ARRAY_BYTES) : free[--freeCount];
    }

    void giveBack(long array) {
        if (closed) {
            Memory.free(array);
            return;
        }
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, 2 * freeCount);
        }
        free[freeCount++] = array;
    }

    /** Frees what is not lent; what comes back later is freed then. */
    @Override
    public void close() {
        closed = true;
        while (freeCount > 0) {
            Memory.free(free[--freeCount]);
        }
    }
}
