package org.dpfs4j.io;

/**
 * One source that a lane looks at. Waking a thread that sleeps costs many times what a request does, so that after
 * some work the lane goes on looking for a while ({@link Patience}). Belongs to its lane.
 */
public final class Polling implements AutoCloseable {
    private final Poller poller;
    private final Polled polled;
    private final Patience patience;
    private boolean serving;
    private boolean closed;

    Polling(Poller poller, Polled polled, long limitNanos) {
        this.poller = poller;
        this.polled = polled;
        patience = new Patience(limitNanos);
    }

    Polled polled() {
        return polled;
    }

    /** Something may be there: the lane looks as soon as it comes to it, and for a while on. */
    public void look() {
        if (!closed && poller.add(this)) {
            patience.woke(System.nanoTime());
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
        patience.found(began);
        patience.begin(ended);
    }

    /** Whether to look again rather than sleep; when not, the wait was in vain. */
    boolean isWorthWaiting(long now) {
        return patience.lasts(now);
    }

    /** The lane does not look any more; again is harmless. */
    @Override
    public void close() {
        serving(false);
        closed = true;
        poller.remove(this);
    }
}
