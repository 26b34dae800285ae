package org.dpfs4j.vhostuser;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.invoke.VarHandle;
import org.dpfs4j.memory.Memory;

/**
 * The packed virtqueue (VIRTIO 1.2, 2.8): one ring of descriptors that both sides write, with a wrap counter each, and
 * an event suppression structure of each side.
 *
 * <pre>
 * descriptor   u64 address | u32 length | u16 id | u16 flags       suppression  u16 offset, wrap in bit 15 | u16 flags
 * vring base   bits 0-14 next available, 15 its wrap counter, 16-30 next used, 31 its wrap counter
 * </pre>
 */
final class PackedRing implements VirtRing {
    private static final VarHandle FLAGS = JAVA_SHORT.varHandle();
    private static final VarHandle SUPPRESSION = JAVA_INT.varHandle();

    private static final int ID_AT = 12;
    private static final int FLAGS_AT = 14;
    private static final int AVAILABLE = 1 << 7;
    private static final int USED = 1 << 15;
    private static final int EVENTS_ENABLED = 0;
    private static final int EVENTS_DISABLED = 1;
    private static final int EVENTS_AT_DESCRIPTOR = 2;

    private final boolean eventIdx;
    private final boolean indirect;
    private RingLayout layout;
    private int nextAvailable;
    private boolean availableWrap;
    private int nextUsed;
    private boolean usedWrap;
    private int signalledUsed;
    private boolean signalledOnce;

    /** Descriptors used since the driver's wish was read the last time; may be more than a lap. */
    private int usedSince;

    PackedRing(RingLayout layout, long features, int base) {
        eventIdx = (features & Features.EVENT_IDX) != 0;
        indirect = (features & Features.INDIRECT_DESC) != 0;
        this.layout = layout;
        nextAvailable = (base & 0x7fff) % layout.entries();
        availableWrap = (base & 0x8000) != 0;
        nextUsed = (base >>> 16 & 0x7fff) % layout.entries();
        usedWrap = base < 0;
        if (base == 0 && isFresh()) {
            availableWrap = true;
            usedWrap = true;
        } else if (base >>> 16 == 0) {
            // Front ends that know nothing of the upper half have nothing in flight.
            nextUsed = nextAvailable;
            usedWrap = availableWrap;
        }
        signalledUsed = nextUsed;
    }

    /**
     * Whether a ring whose base is said to be 0 has never been used. Some front ends (User-mode Linux) write 0 for the
     * beginning, where both wrap counters are 1. Where 0 is meant as it stands, the first descriptor is used once.
     */
    private boolean isFresh() {
        return (flags(0) & USED) == 0;
    }

    private int flags(int index) {
        // Acquire: the rest of the chain is read after the flags that make it available.
        return (short) FLAGS.getAcquire(Memory.ALL, descriptor(index) + FLAGS_AT);
    }

    private long descriptor(int index) {
        return layout.descriptors() + (long) index * Chain.DESCRIPTOR_BYTES;
    }

    @Override
    public void move(RingLayout to) {
        layout = to;
    }

    private boolean isAvailable(int flags) {
        return (flags & AVAILABLE) != 0 == availableWrap && (flags & USED) != 0 != availableWrap;
    }

    @Override
    public Taken take(Chain chain, GuestMemory memory) {
        var flags = flags(nextAvailable);
        if (!isAvailable(flags)) {
            return Taken.EMPTY;
        }
        chain.begin();
        chain.valid = walk(chain, flags, memory);
        nextAvailable += chain.slots;
        if (nextAvailable >= layout.entries()) {
            nextAvailable -= layout.entries();
            availableWrap = !availableWrap;
        }
        return Taken.CHAIN;
    }

    /** Counts the slots to the chain's end even when it is invalid; its last descriptor has the id. */
    private boolean walk(Chain chain, int firstFlags, GuestMemory memory) {
        var flags = firstFlags;
        var valid = true;
        while (true) {
            var at = nextAvailable + chain.slots;
            var descriptor = descriptor(at < layout.entries() ? at : at - layout.entries());
            if (chain.slots > 0) {
                flags = Memory.ALL.get(JAVA_SHORT, descriptor + FLAGS_AT);
            }
            chain.slots++;
            chain.id = Memory.ALL.get(JAVA_SHORT, descriptor + ID_AT) & 0xffff;
            valid = valid && add(chain, descriptor, flags, memory);
            if ((flags & Chain.NEXT) == 0) {
                return valid;
            }
            if (chain.slots == layout.entries()) {
                return false;
            }
        }
    }

    private boolean add(Chain chain, long descriptor, int flags, GuestMemory memory) {
        var address = Memory.ALL.get(JAVA_LONG, descriptor);
        var length = Memory.ALL.get(JAVA_INT, descriptor + 8);
        if ((flags & Chain.INDIRECT) == 0) {
            return chain.add(address, length, flags);
        }
        return indirect && (flags & Chain.NEXT) == 0 && chain.addTable(memory, address, length, false);
    }

    @Override
    public void push(int id, int slots, long usedBytes) {
        var descriptor = descriptor(nextUsed);
        Memory.ALL.set(JAVA_INT, descriptor + 8, (int) usedBytes);
        Memory.ALL.set(JAVA_SHORT, descriptor + ID_AT, (short) id);
        var flags = (usedWrap ? AVAILABLE | USED : 0) | (usedBytes > 0 ? Chain.WRITE : 0);
        // Release: the driver must see the reply, length and id before the flags.
        Memory.release(descriptor + FLAGS_AT, (short) flags);
        usedSince += slots;
        nextUsed += slots;
        if (nextUsed >= layout.entries()) {
            nextUsed -= layout.entries();
            usedWrap = !usedWrap;
        }
    }

    @Override
    public boolean wantsNotification() {
        // The flags are published before the driver's wish is read; it does the reverse.
        VarHandle.fullFence();
        var before = signalledOnce ? signalledUsed : -1;
        var lap = usedSince >= layout.entries();
        usedSince = 0;
        signalledOnce = true;
        signalledUsed = nextUsed;
        var wish = (int) SUPPRESSION.getOpaque(Memory.ALL, layout.available());
        var mode = wish >>> 16 & 3;
        if (mode != EVENTS_AT_DESCRIPTOR || !eventIdx || before < 0 || lap) {
            return mode != EVENTS_DISABLED;
        }
        var event = wish & 0x7fff;
        if ((wish & 0x8000) != 0 != usedWrap) {
            event -= layout.entries();
        }
        return VirtRing.passed(event, nextUsed, nextUsed < before ? before - layout.entries() : before);
    }

    @Override
    public void disableKicks() {
        SUPPRESSION.setOpaque(Memory.ALL, layout.used(), EVENTS_DISABLED << 16);
    }

    @Override
    public boolean enableKicks() {
        var wish = eventIdx
                ? EVENTS_AT_DESCRIPTOR << 16 | (availableWrap ? 0x8000 : 0) | nextAvailable
                : EVENTS_ENABLED << 16;
        SUPPRESSION.setOpaque(Memory.ALL, layout.used(), wish);
        // Our wish is published before the flags are read again; the driver does the reverse.
        VarHandle.fullFence();
        return isAvailable(flags(nextAvailable));
    }

    @Override
    public int base() {
        return nextAvailable | (availableWrap ? 0x8000 : 0) | nextUsed << 16 | (usedWrap ? 1 << 31 : 0);
    }
}
