package org.dpfs4j.vhostuser;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import org.dpfs4j.memory.Memory;

/**
 * A descriptor chain copied out of shared memory: every field is read once, and checked afterwards. Reused for each
 * chain of its queue.
 */
final class Chain {
    static final int DESCRIPTOR_BYTES = 16;

    static final int NEXT = 1;
    static final int WRITE = 2;
    static final int INDIRECT = 4;

    private final long[] addresses;
    private final int[] lengths;
    private final boolean[] writable;
    private int count;
    private int region;

    /** Which chain: the head in a split ring, the buffer id in a packed one. 0 to 65535, not checked. */
    int id;

    /** Descriptors it takes in the ring itself. */
    int slots;

    /** Whether it could be walked. */
    boolean valid;

    /** Room for chains of a queue: none may be longer than the queue has entries, tables included (VIRTIO 1.2, 2.7.5.3). */
    Chain(int queueEntries) {
        addresses = new long[queueEntries];
        lengths = new int[queueEntries];
        writable = new boolean[queueEntries];
    }

    /** Begins a chain without descriptors. */
    void begin() {
        count = 0;
        slots = 0;
        id = 0;
        valid = false;
    }

    /** Appends a buffer; false when the chain is longer than its queue. */
    boolean add(long guestAddress, int length, int flags) {
        if (count == addresses.length) {
            return false;
        }
        addresses[count] = guestAddress;
        lengths[count] = length;
        writable[count] = (flags & WRITE) != 0;
        count++;
        return true;
    }

    /**
     * Appends the buffers of an indirect table. Its entries may lie in several regions, but none across two.
     *
     * @param linked whether entries name their successor (split ring) or simply follow each other (packed ring)
     * @return false when the table makes no sense; one in a table is refused
     */
    boolean addTable(GuestMemory memory, long table, int tableBytes, boolean linked) {
        var bytes = Integer.toUnsignedLong(tableBytes);
        var entries = bytes / DESCRIPTOR_BYTES;
        if (bytes == 0 || bytes % DESCRIPTOR_BYTES != 0) {
            return false;
        }
        long entry = 0;
        while (entry < entries) {
            var guestAddress = table + entry * DESCRIPTOR_BYTES;
            region = memory.find(guestAddress, region);
            if (region == GuestMemory.NOWHERE || memory.left(region, guestAddress) < DESCRIPTOR_BYTES) {
                return false;
            }
            var host = memory.host(region, guestAddress);
            var flags = Memory.ALL.get(JAVA_SHORT_UNALIGNED, host + (linked ? 12 : 14));
            if ((flags & INDIRECT) != 0
                    || !add(
                            Memory.ALL.get(JAVA_LONG_UNALIGNED, host),
                            Memory.ALL.get(JAVA_INT_UNALIGNED, host + 8),
                            flags)) {
                return false;
            }
            if (linked && (flags & NEXT) == 0) {
                return true;
            }
            entry = linked ? Memory.ALL.get(JAVA_SHORT_UNALIGNED, host + 14) & 0xffff : entry + 1;
        }
        return !linked;
    }

    /** Translates the chain into an exchange; false when an address is out of range or a request follows a reply. */
    boolean fill(GuestMemory memory, VhostUserExchange exchange) {
        var replying = false;
        for (int i = 0; i < count; i++) {
            if (replying && !writable[i]) {
                return false;
            }
            replying = writable[i];
            var length = Integer.toUnsignedLong(lengths[i]);
            if (length == 0) {
                continue;
            }
            region = memory.find(addresses[i], region);
            if (!memory.append(replying ? exchange.reply() : exchange.request(), addresses[i], length, region)) {
                return false;
            }
        }
        return true;
    }
}
