package org.dpfs4j.devfuse;

import org.dpfs4j.io.Syscalls;
import org.dpfs4j.memory.IovecPool;

/** The exchanges of one queue: made when first needed, the one given back last is the next. On the queue's lane. */
final class Exchanges {
    /** Requests that a queue has under way at most; the next ones wait in the kernel. */
    static final int COUNT = 128;

    private final IovecPool pool = new IovecPool();
    private final DevFuseExchange[] byIndex = new DevFuseExchange[COUNT];
    private final int[] free = new int[COUNT];
    private final Syscalls syscalls;
    private int freeCount;
    private boolean closed;

    Exchanges(Syscalls syscalls) {
        this.syscalls = syscalls;
        while (freeCount < COUNT) {
            free[freeCount] = COUNT - 1 - freeCount;
            freeCount++;
        }
    }

    /** The exchange that the next request may be read to, or null when all are under way. */
    DevFuseExchange next() {
        if (freeCount == 0) {
            return null;
        }
        var index = free[freeCount - 1];
        if (byIndex[index] == null) {
            byIndex[index] = new DevFuseExchange(index, pool, syscalls);
        }
        return byIndex[index];
    }

    /** {@link #next} has a request. */
    void begin(DevFuseExchange exchange, long bytes) {
        freeCount--;
        exchange.begin(bytes);
    }

    /** A request has ended; one that nobody waits for takes its memory with it. */
    void end(DevFuseExchange exchange) {
        exchange.end();
        if (exchange.isOrphan()) {
            exchange.close();
        } else {
            free[freeCount++] = exchange.index();
        }
    }

    int inFlight() {
        return closed ? 0 : COUNT - freeCount;
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
