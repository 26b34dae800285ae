package org.dpfs4j.vhostuser;

/**
 * Where a ring's parts are in this process.
 *
 * <pre>
 * split:  descriptors 16 * entries | available flags idx ring[entries] used_event | used flags idx ring[entries] avail_event
 * packed: descriptors 16 * entries | available: driver event suppression          | used: device event suppression
 * </pre>
 *
 * VIRTIO 1.2, 2.7 and 2.8.
 */
record RingLayout(int entries, long descriptors, long available, long used) {
    private static final int SUPPRESSION_BYTES = 4;

    /** The layout under a memory map; null when a part is not in it or not aligned, or the size is not legal. */
    static RingLayout of(GuestMemory memory, VringAddresses addresses, int entries, boolean packed) {
        if (!packed && Integer.bitCount(entries) != 1) {
            return null;
        }
        var descriptors = memory.hostOfUser(addresses.descriptors(), 16L * entries);
        var available = memory.hostOfUser(addresses.available(), packed ? SUPPRESSION_BYTES : 6 + 2L * entries);
        var used = memory.hostOfUser(addresses.used(), packed ? SUPPRESSION_BYTES : 6 + 8L * entries);
        if (descriptors == 0 || available == 0 || used == 0) {
            return null;
        }
        if (descriptors % 16 != 0 || available % (packed ? 4 : 2) != 0 || used % 4 != 0) {
            return null;
        }
        return new RingLayout(entries, descriptors, available, used);
    }
}
