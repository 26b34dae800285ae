package org.dpfs4j.vhostuser;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.invoke.VarHandle;
import org.dpfs4j.memory.Memory;

/** The split virtqueue (VIRTIO 1.2, 2.7): descriptor table, available ring, used ring. */
final class SplitRing implements VirtRing {
    private static final VarHandle INDEX = JAVA_SHORT.varHandle();

    private static final int IDX = 2;
    private static final int RING = 4;
    private static final short NO_NOTIFY = 1;
    private static final int NO_INTERRUPT = 1;

    private final boolean eventIdx;
    private final boolean indirect;
    private RingLayout layout;
    private int mask;
    private int nextAvailable;
    private int seenAvailable;
    private int nextUsed;
    private int signalledUsed;
    private boolean signalledOnce;

    SplitRing(RingLayout layout, long features, int base) {
        eventIdx = (features & Features.EVENT_IDX) != 0;
        indirect = (features & Features.INDIRECT_DESC) != 0;
        nextAvailable = base & 0xffff;
        seenAvailable = nextAvailable;
        move(layout);
        nextUsed = (short) INDEX.getAcquire(Memory.ALL, layout.used() + IDX) & 0xffff;
        signalledUsed = nextUsed;
    }

    @Override
    public void move(RingLayout to) {
        layout = to;
        mask = to.entries() - 1;
    }

    @Override
    public Taken take(Chain chain, GuestMemory memory) {
        if (nextAvailable == seenAvailable) {
            // Acquire: the entries below the index are read after it.
            seenAvailable = (short) INDEX.getAcquire(Memory.ALL, layout.available() + IDX) & 0xffff;
            var waiting = seenAvailable - nextAvailable & 0xffff;
            if (waiting == 0) {
                return Taken.EMPTY;
            }
            if (waiting > layout.entries()) {
                seenAvailable = nextAvailable;
                return Taken.BROKEN;
            }
        }
        var head = Memory.ALL.get(JAVA_SHORT, layout.available() + RING + 2L * (nextAvailable & mask)) & 0xffff;
        chain.begin();
        chain.id = head;
        chain.valid = walk(chain, head, memory);
        nextAvailable = nextAvailable + 1 & 0xffff;
        return Taken.CHAIN;
    }

    /** Bounded by the room in {@code chain}: a loop overflows it. */
    private boolean walk(Chain chain, int head, GuestMemory memory) {
        var index = head;
        while (index < layout.entries()) {
            chain.slots++;
            var descriptor = layout.descriptors() + (long) index * Chain.DESCRIPTOR_BYTES;
            var address = Memory.ALL.get(JAVA_LONG, descriptor);
            var length = Memory.ALL.get(JAVA_INT, descriptor + 8);
            int flags = Memory.ALL.get(JAVA_SHORT, descriptor + 12);
            if ((flags & Chain.INDIRECT) != 0) {
                return indirect && (flags & Chain.NEXT) == 0 && chain.addTable(memory, address, length, true);
            }
            if (!chain.add(address, length, flags)) {
                return false;
            }
            if ((flags & Chain.NEXT) == 0) {
                return true;
            }
            index = Memory.ALL.get(JAVA_SHORT, descriptor + 14) & 0xffff;
        }
        return false;
    }

    @Override
    public void push(int id, int slots, long usedBytes) {
        var element = layout.used() + RING + 8L * (nextUsed & mask);
        Memory.ALL.set(JAVA_INT, element, id);
        Memory.ALL.set(JAVA_INT, element + 4, (int) usedBytes);
        nextUsed = nextUsed + 1 & 0xffff;
        // Release: the driver must see the reply and the entry before the index.
        Memory.release(layout.used() + IDX, (short) nextUsed);
    }

    @Override
    public boolean wantsNotification() {
        // The index is published before the driver's wish is read; it does the reverse.
        VarHandle.fullFence();
        if (!eventIdx) {
            return ((short) INDEX.getOpaque(Memory.ALL, layout.available()) & NO_INTERRUPT) == 0;
        }
        var usedEvent = layout.available() + RING + 2L * layout.entries();
        var event = (short) INDEX.getOpaque(Memory.ALL, usedEvent) & 0xffff;
        var wanted = !signalledOnce || VirtRing.passed(event, nextUsed, signalledUsed);
        signalledOnce = true;
        signalledUsed = nextUsed;
        return wanted;
    }

    /** With EVENT_IDX there is nothing to do: the event asked for stays behind. */
    @Override
    public void disableKicks() {
        if (!eventIdx) {
            Memory.release(layout.used(), NO_NOTIFY);
        }
    }

    @Override
    public boolean enableKicks() {
        if (eventIdx) {
            var availableEvent = layout.used() + RING + 8L * layout.entries();
            Memory.release(availableEvent, (short) nextAvailable);
        } else {
            Memory.release(layout.used(), (short) 0);
        }
        // Our wish is published before the index is read again; the driver does the reverse.
        VarHandle.fullFence();
        return ((short) INDEX.getAcquire(Memory.ALL, layout.available() + IDX) & 0xffff) != nextAvailable;
    }

    @Override
    public int base() {
        return nextAvailable;
    }
}
