package org.dpfs4j.vhostuser;

import org.dpfs4j.io.Syscalls;

/**
 * A queue's hold on a memory map: let go when the queue has another one and no exchange is left on this. Belongs to the
 * queue's lane, so that counting exchanges needs no atomic operation.
 */
final class MemoryHold {
    private final GuestMemory memory;
    private final Syscalls syscalls;
    private int exchanges;
    private boolean replaced;

    /** Takes over one use of {@code memory}. */
    MemoryHold(GuestMemory memory, Syscalls syscalls) {
        this.memory = memory;
        this.syscalls = syscalls;
    }

    GuestMemory memory() {
        return memory;
    }

    void begin() {
        exchanges++;
    }

    void end() {
        exchanges--;
        releaseWhenUnused();
    }

    /** The queue uses another map from now on, or none. */
    void replace() {
        replaced = true;
        releaseWhenUnused();
    }

    private void releaseWhenUnused() {
        if (replaced && exchanges == 0) {
            memory.release(syscalls);
        }
    }
}
