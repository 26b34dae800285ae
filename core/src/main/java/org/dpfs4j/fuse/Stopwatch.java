package org.dpfs4j.fuse;

import org.dpfs4j.metrics.OpTimes;

/**
 * Takes the times of a queue's requests on its lane. The clock costs as much as half a request, so it is read once for the
 * requests popped in a row, and once for the answers of one notification: a request lasts from there to there, which is
 * what its driver sees.
 */
final class Stopwatch {
    /** What requests without a known operation are counted as. */
    static final int UNKNOWN = Operation.COUNT;

    private static final int ROW_SHIFT = 16;
    private static final int ERROR_MASK = 0xffff;

    private final OpTimes times;
    /** Of each answer not announced: its row above {@link #ROW_SHIFT}, its errno below. */
    private final int[] ends;

    private final long[] began;
    private long begun;
    private int answered;
    private long now = System.nanoTime();

    /**
     * A stopwatch.
     *
     * @param unannounced how many answers there are at most between two calls of {@link #announced}
     */
    Stopwatch(OpTimes times, int unannounced) {
        this.times = times;
        ends = new int[unannounced];
        began = new long[unannounced];
    }

    /** Requests come from the ring. */
    void popping() {
        now = System.nanoTime();
    }

    /** No more requests come from the ring for now. */
    void popped() {
        times.add(OpTimes.Total.BEGUN, begun);
        begun = 0;
    }

    /** A request begins; the time when it did. */
    long begins() {
        begun++;
        return now;
    }

    /** A request waits for something that is not an operation, or does so no longer. */
    void waits(boolean now) {
        times.add(now ? OpTimes.Total.PARKED : OpTimes.Total.UNPARKED, 1);
    }

    /** A request is answered, and its driver will be told. */
    void answered(Slot slot) {
        var operation = slot.operation();
        var row = operation == null ? UNKNOWN : operation.ordinal();
        ends[answered] = (row << ROW_SHIFT) | slot.error();
        began[answered] = slot.began();
        answered++;
        if (operation == Operation.READ) {
            times.add(OpTimes.Total.BYTES_READ, slot.movedBytes());
        } else if (operation == Operation.WRITE) {
            times.add(OpTimes.Total.BYTES_WRITTEN, slot.movedBytes());
        }
    }

    /** The driver is told of what has been answered. */
    void announced() {
        now = System.nanoTime();
        for (int i = 0; i < answered; i++) {
            times.answered(ends[i] >>> ROW_SHIFT, now - began[i], ends[i] & ERROR_MASK);
        }
        popped();
        times.add(OpTimes.Total.ENDED, answered);
        answered = 0;
    }

    /** A request ends, and nobody is told. */
    void abandoned() {
        popped();
        times.add(OpTimes.Total.ENDED, 1);
    }
}
