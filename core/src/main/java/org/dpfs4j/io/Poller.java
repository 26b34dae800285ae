package org.dpfs4j.io;

import io.netty.channel.IoHandlerContext;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.dpfs4j.metrics.LogBudget;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a lane looks at between two passes over its ring. Belongs to its lane. */
final class Poller {
    private static final Logger LOG = LoggerFactory.getLogger(Poller.class);

    /** How long the ring waits for its turn while there is work elsewhere. */
    private static final long TURN_NANOS = 20_000;

    /** How long it waits when it has transfers under way, or answers are to come through a channel. */
    private static final long TRANSFER_TURN_NANOS = 2_000;

    /** A look in vain that lasts longer was interrupted by somebody who needs the core. */
    private static final long INTERRUPTED_NANOS = 200_000;

    /** How long a lane then leaves the core to others whenever it has nothing to do. */
    private static final long REST_NANOS = 100_000_000;

    /** Lanes that want a core, among all of the process: when there are as many as cores, none waits by looking. */
    private final AtomicInteger lanesServing;

    private final int cores;
    private final long limitNanos;
    private final LogBudget log = new LogBudget();
    private Polling[] active = new Polling[4];
    private int count;
    private int serving;
    private long now;
    private long restUntil = System.nanoTime();
    private boolean worked;
    private boolean submitted;
    private boolean transferring;
    private boolean sent;
    private int awaited;

    /**
     * For one lane.
     *
     * @param limitNanos how long the lane looks in vain at most; 0: it sleeps at once
     */
    Poller(AtomicInteger lanesServing, int cores, long limitNanos) {
        this.lanesServing = lanesServing;
        this.cores = cores;
        this.limitNanos = limitNanos;
    }

    Polling polling(Polled polled) {
        return new Polling(this, polled, limitNanos);
    }

    Polling waiting(Polled polled) {
        return new Polling(this, polled, 0);
    }

    /** Makes it one of those that are looked at; false when it was. */
    boolean add(Polling polling) {
        if (indexOf(polling) >= 0) {
            return false;
        }
        if (count == active.length) {
            active = Arrays.copyOf(active, 2 * count);
        }
        active[count++] = polling;
        return true;
    }

    @SuppressWarnings("ReferenceEquality") // one is itself only
    private int indexOf(Polling polling) {
        for (int i = 0; i < count; i++) {
            if (active[i] == polling) {
                return i;
            }
        }
        return -1;
    }

    void remove(Polling polling) {
        var index = indexOf(polling);
        if (index >= 0) {
            active[index] = active[--count];
            active[count] = null;
        }
    }

    void serving(boolean more) {
        serving += more ? 1 : -1;
        if (serving == (more ? 1 : 0)) {
            lanesServing.addAndGet(more ? 1 : -1);
        }
    }

    /** Whether there is something to look at. */
    boolean isActive() {
        return count > 0;
    }

    /** The ring has an operation that the kernel does not know yet. */
    void submitted(boolean transfersUnderWay) {
        submitted = true;
        transferring = transfersUnderWay;
    }

    /** A channel of Netty's has something that the kernel does not know yet. */
    void sent() {
        sent = true;
    }

    /** So many more answers than before are to come through channels. */
    void awaits(int more) {
        awaited += more;
    }

    /** An operation of the ring has ended. */
    void completed(boolean transfersUnderWay) {
        transferring = transfersUnderWay;
    }

    /** Looks until the ring has its turn: at once where it has something to submit, soon where it will have results. */
    void lookAround(IoHandlerContext context) {
        if (sent) {
            sent = false;
            return;
        }
        submitted = false;
        var began = System.nanoTime();
        now = began;
        do {
            worked = false;
            if (!look()) {
                return;
            }
            Thread.onSpinWait();
            var last = now;
            now = System.nanoTime();
            if (!worked && now - last > INTERRUPTED_NANOS) {
                restUntil = now + REST_NANOS;
            }
        } while (!submitted && now - began < turnNanos() && context.canBlock());
    }

    private long turnNanos() {
        return transferring || awaited > 0 ? TRANSFER_TURN_NANOS : TURN_NANOS;
    }

    /** Looks once at all there is to look at; true when the lane shall come again rather than sleep. */
    private boolean look() {
        if (count == 0) {
            return false;
        }
        var mayWait = limitNanos > 0 && lanesServing.get() < cores && now - restUntil >= 0;
        // Backwards: who has nothing more leaves the array, and the last one takes its place.
        for (int i = count - 1; i >= 0; i--) {
            if (i < count) {
                look(active[i], mayWait);
            }
        }
        return count > 0;
    }

    private void look(Polling polling, boolean mayWait) {
        try {
            if (polling.polled().poll()) {
                worked = true;
                polling.worked(now, System.nanoTime());
            } else if (!(mayWait && polling.isWorthWaiting(now))
                    && !polling.polled().arm()) {
                remove(polling);
            }
        } catch (RuntimeException | Error e) {
            remove(polling);
            if (log.take()) {
                LOG.error("{} failed", polling.polled(), e);
            }
        }
    }
}
