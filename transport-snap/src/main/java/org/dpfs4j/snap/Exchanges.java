package org.dpfs4j.snap;

import org.dpfs4j.memory.IovecPool;

/** The exchanges of one queue: made when first needed, the one given back last is the next. On the queue's lane. */
final class Exchanges {
    private final IovecPool pool = new IovecPool();
    private final SnapExchange[] byIndex;
    private final int[] free;
    private int freeCount;
    private boolean closed;

    /** So many. */
    Exchanges(int count) {
        byIndex = new SnapExchange[count];
        free = new int[count];
        while (freeCount < count) {
            free[freeCount] = count - 1 - freeCount;
            freeCount++;
        }
    }

    int count() {
        return byIndex.length;
    }

    boolean isFull() {
        return freeCount == 0;
    }

    /** One that is not under way, unless all are. */
    SnapExchange take() {
        var index = free[--freeCount];
        if (byIndex[index] == null) {
            byIndex[index] = new SnapExchange(index, pool);
        }
        return byIndex[index];
    }

    /** A request has ended; one that nobody waits for takes its memory with it. */
    void end(SnapExchange exchange) {
        exchange.end();
        if (exchange.isOrphan()) {
            exchange.close();
        } else {
            free[freeCount++] = exchange.index();
        }
    }

    int inFlight() {
        return closed ? 0 : byIndex.length - freeCount;
    }

    /** Frees everything; what is under way frees itself at its end. Returns how many that are. */
    int close() {
        if (closed) {
            return 0;
        }
        var orphans = inFlight();
        closed = true;
        for (var exchange : byIndex) {
            if (exchange != null && exchange.inFlight()) {
                exchange.orphan();
            } else if (exchange != null) {
                exchange.close();
            }
        }
        pool.close();
        return orphans;
    }
}
