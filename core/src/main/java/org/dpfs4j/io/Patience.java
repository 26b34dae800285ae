package org.dpfs4j.io;

/**
 * How long a lane looks for one thing before it sleeps: some times as long as it took to come lately, between a quarter of the
 * limit and the limit. Not at all where that is longer than the limit, nor once it was waited for in vain twice, until it comes
 * quickly again. Belongs to its lane; times are those of {@link System#nanoTime}.
 */
final class Patience {
    /** Waits in vain after which the lane sleeps at once. */
    private static final int MISSES = 2;

    /** What it takes to wake a lane, which is no part of the time that the thing took. */
    private static final long WAKE_NANOS = 25_000;

    private static final int WINDOW_OF_IDLE = 4;

    /** The weight of the latest time in their moving average, as a shift. */
    private static final int WEIGHT_SHIFT = 3;

    private final long limitNanos;
    private long since = System.nanoTime();
    private long idleNanos;
    private int misses;
    private boolean waiting;

    /** Of {@code limitNanos} at most; 0: none. */
    Patience(long limitNanos) {
        this.limitNanos = limitNanos;
    }

    /** What is looked for may come from now on. */
    void begin(long now) {
        since = now;
    }

    /** It has woken the lane. */
    void woke(long now) {
        waiting = false;
        var idle = Math.max(0, now - since - WAKE_NANOS);
        if (idle < limitNanos) {
            misses = 0;
        }
        idle(idle);
    }

    /** It was found by looking, if the lane had to look for it at all. */
    void found(long now) {
        if (waiting) {
            waiting = false;
            misses = 0;
            idle(now - since);
        }
    }

    private void idle(long nanos) {
        idleNanos += (Math.min(nanos, 2 * limitNanos) - idleNanos) >> WEIGHT_SHIFT;
    }

    /** Whether to look again rather than sleep; when not, the wait was in vain. */
    boolean lasts(long now) {
        if (misses >= MISSES || idleNanos > limitNanos) {
            return false;
        }
        waiting = true;
        if (now - since < Math.clamp(WINDOW_OF_IDLE * idleNanos, limitNanos / 4, limitNanos)) {
            return true;
        }
        misses++;
        return false;
    }
}
