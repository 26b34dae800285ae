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

    private final OpTimes times;
    private final int[] rows;
    private final int[] errors;
    private final long[] began;
    private int answered;
    private long now = System.nanoTime();

    /**
     * A stopwatch.
     *
     * @param unannounced how many answers there are at most between two calls of {@link #announced}
     */
    Stopwatch(OpTimes times, int unannounced) {
        this.times = times;
        rows = new int[unannounced];
        errors = new int[unannounced];
        began = new long[unannounced];
    }

    /** Requests come from the ring. */
    void popping() {
        now = System.nanoTime();
    }

    /** A request begins; the time when it did. */
    long begins() {
        times.add(OpTimes.Total.BEGUN, 1);
        return now;
    }

    /** A request waits for something that is not an operation, or does so no longer. */
    void waits(boolean now) {
        times.add(now ? OpTimes.Total.PARKED : OpTimes.Total.UNPARKED, 1);
    }

    /** A request is answered, and its driver will be told. */
    void answered(Slot slot) {
        var operation = slot.operation();
        rows[answered] = operation == null ? UNKNOWN : operation.ordinal();
        errors[answered] = slot.error();
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
            times.answered(rows[i], now - began[i], errors[i]);
        }
        times.add(OpTimes.Total.ENDED, answered);
        answered = 0;
    }

    /** A request ends, and nobody is told. */
    void abandoned() {
        times.add(OpTimes.Total.ENDED, 1);
    }
}
