package org.dpfs4j.vhostuser;

import org.dpfs4j.memory.IovecPool;
import org.dpfs4j.transport.Exchange;

/** An exchange of a virtqueue: head of a split ring, buffer id of a packed one. */
final class VhostUserExchange extends Exchange {
    private MemoryHold hold;
    private int slots;

    VhostUserExchange(int index, IovecPool pool) {
        super(index, pool);
    }

    /** Begins with the memory it was translated by. */
    void begin(MemoryHold with, int ringSlots) {
        hold = with;
        slots = ringSlots;
        with.begin();
    }

    /** Ends; its addresses mean nothing any more. */
    void end() {
        request().clear();
        reply().clear();
        hold.end();
        hold = null;
    }

    boolean inFlight() {
        return hold != null;
    }

    @Override
    public int ringEntries() {
        return slots;
    }

    /** Descriptors that its chain takes in the ring itself. */
    int slots() {
        return slots;
    }

    /** Frees its lists. */
    void close() {
        request().close();
        reply().close();
    }
}
