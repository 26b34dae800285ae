package org.dpfs4j.uring;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The nodes that the guest has forgotten and may ask for again by their ids, as file handles made in the guest do: a queue
 * outside the heap, in which the oldest make room for new ones.
 */
final class Forgotten {
    /** How many are remembered. */
    static final int CAPACITY = 1 << 16;

    /** Ids looked at for one that can go: those that came back to life are only passed by. */
    private static final int STEPS = 1024;

    private final NodeMemory memory;
    private MemorySegment ring;
    private int head;
    private int size;

    /** None yet. */
    Forgotten(NodeMemory memory) {
        this.memory = memory;
    }

    /**
     * Remembers a dormant id.
     *
     * @return the id that has gone for it, which is the caller's to end; 0 when there was room
     */
    synchronized long add(long id) {
        if (!memory.isDormant(id) || memory.isQueued(memory.index(id))) {
            return 0;
        }
        if (ring == null) {
            ring = memory.allocate((long) CAPACITY * Long.BYTES);
        }
        var gone = size == CAPACITY ? takeFirst() : 0;
        memory.queued(memory.index(id), true);
        ring.setAtIndex(ValueLayout.JAVA_LONG, (head + size++) % CAPACITY, id);
        return gone;
    }

    /** Forgets one for good; 0 when there is none that can go. */
    synchronized long expireOne() {
        for (int step = 0; step < STEPS && size > 0; step++) {
            var gone = takeFirst();
            if (gone != 0) {
                return gone;
            }
        }
        return 0;
    }

    private long takeFirst() {
        var id = ring.getAtIndex(ValueLayout.JAVA_LONG, head);
        head = (head + 1) % CAPACITY;
        size--;
        memory.queued(memory.index(id), false);
        return memory.expire(id) ? id : 0;
    }
}
