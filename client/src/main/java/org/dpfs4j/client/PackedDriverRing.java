package org.dpfs4j.client;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.List;
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
    private final long descriptorsHost;
    private final long driverEventsHost;
    private final long deviceEventsHost;

    /** Free ids, a stack. */
    private final int[] freeIds;

    private int freeIdCount;
    private final int[] chainLength;
    private int freeSlots;
    private int nextAvailable;
    private boolean availableWrap = true;
    private int kickedAt;
    private int addedSinceKick;
    private int nextUsed;
    private boolean usedWrap = true;
    private int inFlight;
    private int usedId;
    private long usedLength;

    /** A ring of {@code entries} in {@code ram}. */
    public PackedDriverRing(GuestRam ram, int entries, long features) {
        this.ram = ram;
        this.entries = entries;
        eventIdx = (features & EVENT_IDX) != 0;
        descriptors = ram.allocate(16L * entries, 16);
        driverEvents = ram.allocate(4, 4);
        deviceEvents = ram.allocate(4, 4);
        tables = ram.allocate(16L * entries * entries, 16);
        descriptorsHost = ram.host(descriptors);
        driverEventsHost = ram.host(driverEvents);
        deviceEventsHost = ram.host(deviceEvents);
        chainLength = new int[entries];
        freeSlots = entries;
        freeIds = new int[entries];
        for (int i = entries - 1; i >= 0; i--) {
            freeIds[freeIdCount++] = i;
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
        if (freeIdCount == 0) {
            throw new IllegalStateException("the ring is full");
        }
        var table = tables + 16L * entries * freeIds[freeIdCount - 1];
        for (int i = 0; i < chain.size(); i++) {
            describe(ram.host(table), i, chain.size(), chain.get(i));
        }
        return offer(table, chain.size());
    }

    @Override
    public int offer(long table, int length) {
        var id = takeId(1);
        var at = descriptorsHost + 16L * nextAvailable;
        var flags = INDIRECT | (availableWrap ? AVAILABLE : USED);
        describe(at, table, 16 * length, id);
        advance();
        Memory.release(at + 14, (short) flags);
        return id;
    }

    @Override
    public void describe(long host, int index, int length, Buffer buffer) {
        // In a table, id and flags stand in the packed order.
        DriverRing.descriptor(
                host + 16L * index, buffer.guestAddress(), buffer.length(), 0, buffer.writable() ? WRITE : 0);
    }

    /** Writes a descriptor of the ring but for its flags. */
    private static void describe(long at, long address, int length, int id) {
        Memory.ALL.set(JAVA_LONG, at, address);
        Memory.ALL.set(JAVA_INT, at + 8, length);
        Memory.ALL.set(JAVA_SHORT, at + 12, (short) id);
    }

    private void advance() {
        nextAvailable++;
        addedSinceKick++;
        if (nextAvailable == entries) {
            nextAvailable = 0;
            availableWrap = !availableWrap;
        }
    }

    private int takeId(int slots) {
        if (freeSlots < slots) {
            throw new IllegalStateException("the ring is full");
        }
        var id = freeIds[--freeIdCount];
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
            var descriptor = descriptorsHost + 16L * nextAvailable;
            describe(descriptor, chain.get(i).guestAddress(), chain.get(i).length(), id);
            var all = flags[i] | (chain.get(i).writable() ? WRITE : 0) | (availableWrap ? AVAILABLE : USED);
            if (i == 0) {
                firstFlags = all;
            } else {
                Memory.ALL.set(JAVA_SHORT, descriptor + 14, (short) all);
            }
            advance();
        }
        Memory.release(descriptorsHost + 16L * first + 14, (short) firstFlags);
    }

    @Override
    public boolean poll() {
        var descriptor = descriptorsHost + 16L * nextUsed;
        var flags = (short) FLAGS.getAcquire(Memory.ALL, descriptor + 14);
        if ((flags & AVAILABLE) != 0 != usedWrap || (flags & USED) != 0 != usedWrap) {
            return false;
        }
        usedId = Memory.ALL.get(JAVA_SHORT, descriptor + 12) & 0xffff;
        usedLength = Integer.toUnsignedLong(Memory.ALL.get(JAVA_INT, descriptor + 8));
        var slots = 1;
        if (usedId < entries && chainLength[usedId] > 0) {
            slots = chainLength[usedId];
            chainLength[usedId] = 0;
            freeSlots += slots;
            freeIds[freeIdCount++] = usedId;
            inFlight--;
        }
        skip(slots);
        return true;
    }

    @Override
    public int usedId() {
        return usedId;
    }

    @Override
    public long usedLength() {
        return usedLength;
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
        var wish = (int) SUPPRESSION.getOpaque(Memory.ALL, deviceEventsHost);
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
        SUPPRESSION.setOpaque(Memory.ALL, driverEventsHost, wish);
        if (wanted) {
            // The wish must be seen before the ring is looked at once more.
            VarHandle.fullFence();
        }
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
