package org.dpfs4j.client;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.dpfs4j.memory.Memory;

/** The driver's side of a packed virtqueue (VIRTIO 1.2, 2.8). */
public final class PackedDriverRing implements DriverRing {
    private static final VarHandle FLAGS = JAVA_SHORT.varHandle();
    private static final VarHandle SUPPRESSION = JAVA_INT.varHandle();
    private static final int AVAILABLE = 1 << 7;
    private static final int USED = 1 << 15;

    private final GuestRam ram;
    private final int entries;
    private final boolean eventIdx;
    private final long descriptors;
    private final long driverEvents;
    private final long deviceEvents;
    private final long tables;
    private final ArrayDeque<Integer> freeIds = new ArrayDeque<>();
    private final int[] chainLength;
    private int freeSlots;
    private int nextAvailable;
    private boolean availableWrap = true;
    private int kickedAt;
    private int addedSinceKick;
    private int nextUsed;
    private boolean usedWrap = true;
    private int inFlight;

    /** A ring of {@code entries} in {@code ram}. */
    public PackedDriverRing(GuestRam ram, int entries, long features) {
        this.ram = ram;
        this.entries = entries;
        eventIdx = (features & EVENT_IDX) != 0;
        descriptors = ram.allocate(16L * entries, 16);
        driverEvents = ram.allocate(4, 4);
        deviceEvents = ram.allocate(4, 4);
        tables = ram.allocate(16L * entries * entries, 16);
        chainLength = new int[entries];
        freeSlots = entries;
        for (int i = 0; i < entries; i++) {
            freeIds.add(i);
        }
    }

    @Override
    public int entries() {
        return entries;
    }

    @Override
    public int add(List<Buffer> chain, boolean indirect) {
        if (!indirect) {
            var flags = new int[chain.size()];
            Arrays.fill(flags, 0, flags.length - 1, NEXT);
            return addFlagged(chain, flags);
        }
        var id = takeId(1);
        var table = tables + 16L * entries * id;
        for (int i = 0; i < chain.size(); i++) {
            // In a table, id and flags stand in the packed order.
            DriverRing.descriptor(
                    ram.host(table + 16L * i),
                    chain.get(i).guestAddress(),
                    chain.get(i).length(),
                    0,
                    chain.get(i).writable() ? WRITE : 0);
        }
        addRaw(List.of(new Buffer(table, 16 * chain.size(), false)), id, INDIRECT);
        return id;
    }

    private int takeId(int slots) {
        if (freeSlots < slots) {
            throw new IllegalStateException("the ring is full");
        }
        int id = freeIds.removeFirst();
        chainLength[id] = slots;
        freeSlots -= slots;
        inFlight++;
        return id;
    }

    /** Makes a chain available whose descriptors have these flags beside WRITE, whether they make sense or not; returns its id. */
    public int addFlagged(List<Buffer> chain, int... flags) {
        var id = takeId(chain.size());
        put(chain, id, flags);
        return id;
    }

    /** Makes a chain available with an id and flags that need not make sense. */
    public void addRaw(List<Buffer> chain, int id, int lastFlags) {
        var flags = new int[chain.size()];
        Arrays.fill(flags, NEXT);
        flags[flags.length - 1] = lastFlags;
        put(chain, id, flags);
    }

    private void put(List<Buffer> chain, int id, int... flags) {
        var first = nextAvailable;
        var firstFlags = 0;
        for (int i = 0; i < chain.size(); i++) {
            var descriptor = ram.host(descriptors) + 16L * nextAvailable;
            Memory.ALL.set(JAVA_LONG, descriptor, chain.get(i).guestAddress());
            Memory.ALL.set(JAVA_INT, descriptor + 8, chain.get(i).length());
            Memory.ALL.set(JAVA_SHORT, descriptor + 12, (short) id);
            var all = flags[i] | (chain.get(i).writable() ? WRITE : 0) | (availableWrap ? AVAILABLE : USED);
            if (i == 0) {
                firstFlags = all;
            } else {
                Memory.ALL.set(JAVA_SHORT, descriptor + 14, (short) all);
            }
            nextAvailable++;
            addedSinceKick++;
            if (nextAvailable == entries) {
                nextAvailable = 0;
                availableWrap = !availableWrap;
            }
        }
        FLAGS.setRelease(Memory.ALL, ram.host(descriptors) + 16L * first + 14, (short) firstFlags);
    }

    @Override
    public Optional<Used> take() {
        var descriptor = ram.host(descriptors) + 16L * nextUsed;
        var flags = (short) FLAGS.getAcquire(Memory.ALL, descriptor + 14);
        if ((flags & AVAILABLE) != 0 != usedWrap || (flags & USED) != 0 != usedWrap) {
            return Optional.empty();
        }
        var id = Memory.ALL.get(JAVA_SHORT, descriptor + 12) & 0xffff;
        var length = Integer.toUnsignedLong(Memory.ALL.get(JAVA_INT, descriptor + 8));
        var slots = 1;
        if (id < entries && chainLength[id] > 0) {
            slots = chainLength[id];
            chainLength[id] = 0;
            freeSlots += slots;
            freeIds.addLast(id);
            inFlight--;
        }
        skip(slots);
        return Optional.of(new Used(id, length));
    }

    /** Goes on behind {@code slots} used descriptors. */
    private void skip(int slots) {
        nextUsed += slots;
        if (nextUsed >= entries) {
            nextUsed -= entries;
            usedWrap = !usedWrap;
        }
    }

    @Override
    public boolean wantsKick() {
        VarHandle.fullFence();
        var before = kickedAt;
        var added = addedSinceKick;
        kickedAt = nextAvailable;
        addedSinceKick = 0;
        if (added == 0) {
            return false;
        }
        var wish = (int) SUPPRESSION.getOpaque(Memory.ALL, ram.host(deviceEvents));
        var mode = wish >>> 16 & 3;
        if (mode != 2) {
            return mode == 0;
        }
        var event = wish & 0x7fff;
        if ((wish & 0x8000) != 0 != availableWrap) {
            event -= entries;
        }
        return DriverRing.passed(event, nextAvailable, nextAvailable <= before ? before - entries : before);
    }

    @Override
    public void wantCalls(boolean wanted) {
        var wish = 1 << 16;
        if (wanted) {
            wish = eventIdx ? 2 << 16 | (usedWrap ? 0x8000 : 0) | nextUsed : 0;
        }
        SUPPRESSION.setOpaque(Memory.ALL, ram.host(driverEvents), wish);
        VarHandle.fullFence();
    }

    @Override
    public long descriptors() {
        return descriptors;
    }

    @Override
    public long available() {
        return driverEvents;
    }

    @Override
    public long used() {
        return deviceEvents;
    }

    @Override
    public long tables() {
        return tables;
    }

    @Override
    public int firstBase() {
        return 0x80008000;
    }

    @Override
    public int inFlight() {
        return inFlight;
    }
}
