package org.dpfs4j.vhostuser;

import java.util.Arrays;
import org.dpfs4j.memory.IovecPool;

/** The exchanges of one queue by their index, made when first needed and used again. */
final class Exchanges {
    private final IovecPool pool = new IovecPool();
    private VhostUserExchange[] byIndex = new VhostUserExchange[0];
    private int inFlight;
    private boolean closed;

    /** Makes room for a queue's size; exchanges there are stay with what is attached to them. */
    void size(int entries) {
        if (entries > byIndex.length) {
            byIndex = Arrays.copyOf(byIndex, entries);
        }
    }

    boolean isInFlight(int index) {
        return byIndex[index] != null && byIndex[index].inFlight();
    }

    int inFlight() {
        return inFlight;
    }

    VhostUserExchange begin(int index, int slots, MemoryHold hold) {
        var exchange = byIndex[index];
        if (exchange == null) {
            exchange = new VhostUserExchange(index, pool);
            byIndex[index] = exchange;
        }
        exchange.begin(hold, slots);
        inFlight++;
        return exchange;
    }

    void end(VhostUserExchange exchange) {
        exchange.end();
        if (exchange.isOrphan()) {
            exchange.close();
        } else {
            inFlight--;
        }
    }

    /** Lets go what is in flight; new exchanges take their places. Returns how many there were. */
    int orphan() {
        var count = inFlight;
        for (int i = 0; i < byIndex.length && inFlight > 0; i++) {
            if (isInFlight(i)) {
                byIndex[i].orphan();
                byIndex[i] = null;
                inFlight--;
            }
        }
        return count;
    }

    /** Frees everything but the orphans, which free themselves at their end. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        orphan();
        for (var exchange : byIndex) {
            if (exchange != null) {
                exchange.close();
            }
        }
        byIndex = new VhostUserExchange[0];
        pool.close();
    }
}
