package org.dpfs4j.transport;

import org.dpfs4j.memory.IovecPool;

/** An exchange of an {@link ExchangePool}. */
public abstract class PooledExchange extends Exchange {
    private boolean inFlight;

    protected PooledExchange(int index, IovecPool pool) {
        super(index, pool);
    }

    /** Whether it has a request that was not answered yet. */
    public final boolean isInFlight() {
        return inFlight;
    }

    final void inFlight(boolean now) {
        inFlight = now;
    }

    /** Ends; its addresses mean nothing any more. */
    protected void end() {
        request().clear();
        reply().clear();
    }

    /** Frees its memory. */
    protected void close() {
        request().close();
        reply().close();
    }
}
