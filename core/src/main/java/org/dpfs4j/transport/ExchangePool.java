package org.dpfs4j.transport;

import org.dpfs4j.memory.IovecPool;

/**
 * The exchanges of one queue of a transport that does not number them itself: made when first needed, the one given back last is
 * the next. On the queue's lane.
 */
public final class ExchangePool<E extends PooledExchange> implements AutoCloseable {
    /** Makes the exchange of an index. */
    @FunctionalInterface
    public interface Maker<E> {
        E make(int index, IovecPool pool);
    }

    private final IovecPool pool = new IovecPool();
    private final Maker<E> maker;
    private final PooledExchange[] byIndex;
    private final int[] free;
    private int freeCount;
    private boolean closed;

    /** Of so many, which the queue has under way at most. */
    public ExchangePool(int count, Maker<E> maker) {
        this.maker = maker;
        byIndex = new PooledExchange[count];
        free = new int[count];
        while (freeCount < count) {
            free[freeCount] = count - 1 - freeCount;
            freeCount++;
        }
    }

    /** How many there are. */
    public int count() {
        return byIndex.length;
    }

    /** Whether all are under way. */
    public boolean isFull() {
        return freeCount == 0;
    }

    /** The exchange that the next request may have, or null when all are under way. */
    @SuppressWarnings("unchecked") // the maker made all of them
    public E next() {
        if (freeCount == 0) {
            return null;
        }
        var index = free[freeCount - 1];
        if (byIndex[index] == null) {
            byIndex[index] = maker.make(index, pool);
        }
        return (E) byIndex[index];
    }

    /** {@link #next} has a request. */
    public void begin(E exchange) {
        freeCount--;
        exchange.inFlight(true);
    }

    /** A request has ended; one that nobody waits for takes its memory with it. */
    public void end(E exchange) {
        exchange.inFlight(false);
        exchange.end();
        if (exchange.isOrphan()) {
            exchange.close();
        } else {
            free[freeCount++] = exchange.index();
        }
    }

    /** How many are under way, orphans apart. */
    public int inFlight() {
        return closed ? 0 : byIndex.length - freeCount;
    }

    /** Lets go what is under way, and frees everything else; orphans free themselves at their end. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        for (var exchange : byIndex) {
            if (exchange != null && exchange.isInFlight()) {
                exchange.orphan();
            } else if (exchange != null) {
                exchange.close();
            }
        }
        pool.close();
    }
}
