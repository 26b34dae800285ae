package org.dpfs4j.uring;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Whether calls of one kind on one file system are quick enough for a lane: a moving average of how long they took. It
 * starts at a guess. Once the average is over the limit, calls go elsewhere; each of them lets it fall a little, so that
 * after some dozens one is tried on the lane again, and calls measured elsewhere count as well.
 *
 * <p>Used by all threads; a sample lost between two of them changes nothing.
 */
final class Pace {
    /**
     * A call counts as so many times the limit at most: one that was interrupted for milliseconds, which says nothing about the
     * file system, must not drive all others away.
     */
    private static final int SAMPLE_MAX_LIMITS = 8;

    private static final int CALLS_PER_SAMPLE = 8;
    private static final long NO_SAMPLE = Long.MIN_VALUE;

    /** What a call may move in its time. */
    private static final long PIECE_BYTES = 128 << 10;

    private static final int SAMPLE_SHIFT = 3;
    private static final int DECAY_SHIFT = 6;

    private final long limitNanos;
    private final long sampleMaxNanos;
    private final AtomicLong averageNanos;
    private int calls;

    /** A pace that allows calls on the lane below {@code limitNanos}, and thinks of them as {@code guessNanos} so far. */
    Pace(long limitNanos, long guessNanos) {
        this.limitNanos = limitNanos;
        sampleMaxNanos = Math.max(0, limitNanos) * SAMPLE_MAX_LIMITS;
        averageNanos = new AtomicLong(guessNanos);
    }

    /** A pace that allows nothing on the lane, whatever the limit. */
    static Pace never(long limitNanos, long guessNanos) {
        return new Pace(Long.MIN_VALUE, guessNanos);
    }

    /** Whether the next call may run on the lane. */
    boolean quick() {
        var average = averageNanos.getPlain();
        if (average < limitNanos) {
            return true;
        }
        averageNanos.setPlain(average - (average >> DECAY_SHIFT) - 1);
        return false;
    }

    /** When a call begins that is so short that reading the clock for each would cost a part of it; for {@link #sampled}. */
    long sample() {
        return ++calls % CALLS_PER_SAMPLE == 0 ? System.nanoTime() : NO_SAMPLE;
    }

    /** Counts a call that began at {@link #sample}, if it is one of those that are. */
    void sampled(long start) {
        if (start != NO_SAMPLE) {
            since(start);
        }
    }

    /** Counts a call that began at {@code startNanos} of {@link System#nanoTime} and has just ended. */
    void since(long startNanos) {
        took(System.nanoTime() - startNanos);
    }

    /** As {@link #since}, for a call that moved bytes: a long one is as quick as a short one if it takes its time for each. */
    void since(long startNanos, long movedBytes) {
        took(System.nanoTime() - startNanos, movedBytes);
    }

    /** Counts a call that moved bytes. */
    void took(long nanos, long movedBytes) {
        took(nanos / (1 + Math.max(0, movedBytes) / PIECE_BYTES));
    }

    /** Counts a call. */
    void took(long nanos) {
        var average = averageNanos.getPlain();
        averageNanos.setPlain(average + ((Math.min(nanos, sampleMaxNanos) - average) >> SAMPLE_SHIFT));
    }
}
