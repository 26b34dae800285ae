package org.dpfs4j.vhostuser;

/** The device's side of a virtqueue in shared memory. Belongs to its queue's lane. */
sealed interface VirtRing permits SplitRing, PackedRing {
    /** What {@link #take} has found. */
    enum Taken {
        CHAIN,
        EMPTY,
        /** The ring makes no sense: nothing can be taken from it until it is started again. */
        BROKEN
    }

    /** Takes the next available chain, valid or not. */
    Taken take(Chain chain, GuestMemory memory);

    /**
     * Gives a chain back and publishes it.
     *
     * @param slots what the chain takes in the ring
     */
    void push(int id, int slots, long usedBytes);

    /** Whether the driver wants to hear of what was pushed since this was asked the last time; only when something was. */
    boolean wantsNotification();

    /** Tells the driver that kicks are not needed now. */
    void disableKicks();

    /** Asks for a kick at the next chain; true when one has come in the meantime, and there may be no kick for it. */
    boolean enableKicks();

    /** Goes on at the same place of the ring under another address. */
    void move(RingLayout layout);

    /** Where to go on after a stop, as GET_VRING_BASE answers it. */
    int base();

    /** Whether {@code event} is in {@code [before, now)}, all of them counting modulo 2^16 (VIRTIO 1.2, 2.7.10). */
    static boolean passed(int event, int now, int before) {
        return (now - event - 1 & 0xffff) < (now - before & 0xffff);
    }

    /** A ring that goes on at {@code base}. */
    static VirtRing of(RingLayout layout, long features, int base) {
        return (features & Features.RING_PACKED) != 0
                ? new PackedRing(layout, features, base)
                : new SplitRing(layout, features, base);
    }
}
