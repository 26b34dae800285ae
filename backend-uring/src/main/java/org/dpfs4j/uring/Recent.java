package org.dpfs4j.uring;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Which files have changed lately, in memory of a fixed size: a place for each file's number, shared with others that have
 * the same place, so that some count as changed that have not, and none is missed. Read by all lanes without a lock.
 */
final class Recent {
    private static final int PLACES = 1 << 16;

    private final AtomicLongArray until = new AtomicLongArray(PLACES);
    private final long quietNanos;
    private final long epoch = System.nanoTime();
    private volatile long allUntil;

    /** Files count as changed until {@code quietNanos} have passed without a change. */
    Recent(long quietNanos) {
        this.quietNanos = quietNanos;
    }

    /** Nanoseconds since this began. */
    private long now() {
        return System.nanoTime() - epoch;
    }

    /** Whether the file of this number, see {@link #number}, has changed lately, as far as is known. */
    boolean has(long number) {
        var now = now();
        return until.getOpaque(place(number)) > now || allUntil > now;
    }

    /** A file has changed now. */
    void add(long number) {
        until.setOpaque(place(number), now() + quietNanos);
    }

    /** Anything may have changed now. */
    void addAll() {
        allUntil = now() + quietNanos;
    }

    private static int place(long number) {
        return (int) (number >>> 48) & PLACES - 1;
    }

    /** Device and inode in one number, never 0, whose upper bits are as good as its lower ones. */
    static long number(long device, long ino) {
        var mixed = (ino ^ Long.rotateLeft(device, 32)) * 0x9E37_79B9_7F4A_7C15L;
        mixed = (mixed ^ mixed >>> 32) * 0xD6E8_FEB8_6659_FD93L;
        return mixed == 0 ? 1 : mixed;
    }
}
