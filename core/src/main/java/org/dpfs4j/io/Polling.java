package org.dpfs4j.io;

/**
 * One source that a lane looks at. Waking a thread that sleeps costs many times what a request does, so that after
 * some work the lane goes on looking for a while: some times as long as the next work took to come lately, between a quarter of the limit
 * and the limit. It does not where that is longer than the limit, nor once it has waited in vain twice, until work
 * comes quickly again. Belongs to its lane.
 */
public final class Polling implements AutoCloseable {
    /** Waits in vain after which the lane sleeps at once. */
    private static final int MISSES = 2;

    /** What it takes to wake a lane, which is no part of the time between work. */
    private static final long WAKE_NANOS = 25_000;

    private static final int WINDOW_OF_IDLE = 4;

    /** The weight of the latest time between work in their moving average, as a shift. */
    private static final int WEIGHT_SHIFT = 3;

    private final Poller poller;
    private final Polled polled;
    private final long limitNanos;
    private long idleSince = System.nanoTime();
    private long idleNanos;
    private int misses;
    private boolean waiting;
    private boolean serving;
    private boolean closed;

    Polling(Poller poller, Polled polled, long limitNanos) {
        this.poller = poller;
        this.polled = polled;
        this.limitNanos = limitNanos;
    }

    Polled polled() {
        return polled;
    }

    /** Something may be there: the lane looks as soon as it comes to it, and for a while on. */
    public void look() {
        if (!closed && poller.add(this)) {
            waiting = false;
            var idle = Math.max(0, System.nanoTime() - idleSince - WAKE_NANOS);
            if (idle < limitNanos) {
                misses = 0;
            }
            idle(idle);
        }
    }

    /** Whether this is a queue at work, so that its lane is one that wants a core. */
    public void serving(boolean now) {
        if (now != serving) {
            serving = now;
            poller.serving(now);
        }
    }

    /** There was work, which was begun at one time and ended at another. */
    void worked(long began, long ended) {
        if (waiting) {
            waiting = false;
            misses = 0;
            idle(began - idleSince);
        }
        idleSince = ended;
    }

    private void idle(long nanos) {
        idleNanos += (Math.min(nanos, 2 * limitNanos) - idleNanos) >> WEIGHT_SHIFT;
    }

    /** Whether to look again rather than sleep; when not, the wait was in vain. */
    boolean isWorthWaiting(long now) {
        if (misses >= MISSES || idleNanos > limitNanos) {
            return false;
        }
        waiting = true;
        if (now - idleSince < Math.clamp(WINDOW_OF_IDLE * idleNanos, limitNanos / 4, limitNanos)) {
            return true;
        }
        misses++;
        return false;
    }

    /** The lane does not look any more; again is harmless. */
    @Override
    public void close() {
        serving(false);
        closed = true;
        poller.remove(this);
    }
}
