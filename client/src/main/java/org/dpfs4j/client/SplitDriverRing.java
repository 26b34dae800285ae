package org.dpfs4j.client;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import org.dpfs4j.memory.Memory;

/** The driver's side of a split virtqueue (VIRTIO 1.2, 2.7). */
public final class SplitDriverRing implements DriverRing {
    private static final VarHandle INDEX = JAVA_SHORT.varHandle();

    private final GuestRam ram;
    private final int entries;
    private final boolean eventIdx;
    private final long descriptors;
    private final long available;
    private final long used;
    private final long tables;
    private final ArrayDeque<Integer> free = new ArrayDeque<>();
    private final int[] chainLength;
    private final int[] next;
    private int availableIndex;
    private int kickedIndex;
    private int usedIndex;
    private int inFlight;

    /** A ring of {@code entries}, a power of two, in {@code ram}. */
    public SplitDriverRing(GuestRam ram, int entries, long features) {
        this.ram = ram;
        this.entries = entries;
        eventIdx = (features & EVENT_IDX) != 0;
        descriptors = ram.allocate(16L * entries, 16);
        available = ram.allocate(6 + 2L * entries, 2);
        used = ram.allocate(6 + 8L * entries, 4);
        tables = ram.allocate(16L * entries * entries, 16);
        chainLength = new int[entries];
        next = new int[entries];
        for (int i = 0; i < entries; i++) {
            free.add(i);
        }
    }

    @Override
    public int entries() {
        return entries;
    }

    @Override
    public int add(List<Buffer> chain, boolean indirect) {
        var needed = indirect ? 1 : chain.size();
        if (free.size() < needed) {
            throw new IllegalStateException("the ring is full");
        }
        var head = free.peekFirst();
        if (indirect) {
            var index = free.removeFirst();
            var table = tables + 16L * entries * index;
            for (int i = 0; i < chain.size(); i++) {
                var last = i == chain.size() - 1;
                DriverRing.descriptor(
                        ram.host(table + 16L * i),
                        chain.get(i).guestAddress(),
                        chain.get(i).length(),
                        flags(chain.get(i), last),
                        i + 1);
            }
            DriverRing.descriptor(descriptor(index), table, 16 * chain.size(), INDIRECT, 0);
        } else {
            for (int i = 0; i < chain.size(); i++) {
                var index = free.removeFirst();
                var last = i == chain.size() - 1;
                next[index] = last ? 0 : free.peekFirst();
                DriverRing.descriptor(
                        descriptor(index),
                        chain.get(i).guestAddress(),
                        chain.get(i).length(),
                        flags(chain.get(i), last),
                        next[index]);
            }
        }
        chainLength[head] = needed;
        inFlight++;
        offer(head);
        return head;
    }

    private static int flags(Buffer buffer, boolean last) {
        return (last ? 0 : NEXT) | (buffer.writable() ? WRITE : 0);
    }

    /** Where descriptor {@code index} is in this process, for a driver that writes what it likes. */
    public long descriptor(int index) {
        return ram.host(descriptors) + 16L * index;
    }

    /** Makes {@code head} available, whatever it is. */
    public void offer(int head) {
        Memory.ALL.set(JAVA_SHORT, ram.host(available) + 4 + 2L * (availableIndex & entries - 1), (short) head);
        jump(1);
    }

    /** Moves the available index, by more than one if that is wanted. */
    public void jump(int by) {
        availableIndex = availableIndex + by & 0xffff;
        INDEX.setRelease(Memory.ALL, ram.host(available) + 2, (short) availableIndex);
    }

    @Override
    public Optional<Used> take() {
        var index = (short) INDEX.getAcquire(Memory.ALL, ram.host(used) + 2) & 0xffff;
        if (index == usedIndex) {
            return Optional.empty();
        }
        var element = ram.host(used) + 4 + 8L * (usedIndex & entries - 1);
        usedIndex = usedIndex + 1 & 0xffff;
        var id = Memory.ALL.get(JAVA_INT, element);
        var length = Integer.toUnsignedLong(Memory.ALL.get(JAVA_INT, element + 4));
        if (id >= 0 && id < entries && chainLength[id] > 0) {
            var at = id;
            for (int i = 0; i < chainLength[id]; i++) {
                free.addLast(at);
                at = next[at];
            }
            chainLength[id] = 0;
            inFlight--;
        }
        return Optional.of(new Used(id, length));
    }

    @Override
    public boolean wantsKick() {
        VarHandle.fullFence();
        var before = kickedIndex;
        kickedIndex = availableIndex;
        if (before == availableIndex) {
            return false;
        }
        if (!eventIdx) {
            return (Memory.ALL.get(JAVA_SHORT, ram.host(used)) & 1) == 0;
        }
        var event = (short) INDEX.getOpaque(Memory.ALL, ram.host(used) + 4 + 8L * entries) & 0xffff;
        return DriverRing.passed(event, availableIndex, before);
    }

    @Override
    public void wantCalls(boolean wanted) {
        if (eventIdx) {
            var event = wanted ? usedIndex : usedIndex - 1;
            INDEX.setOpaque(Memory.ALL, ram.host(available) + 4 + 2L * entries, (short) event);
        } else {
            INDEX.setOpaque(Memory.ALL, ram.host(available), (short) (wanted ? 0 : 1));
        }
        VarHandle.fullFence();
    }

    @Override
    public long descriptors() {
        return descriptors;
    }

    @Override
    public long available() {
        return available;
    }

    @Override
    public long used() {
        return used;
    }

    @Override
    public long tables() {
        return tables;
    }

    @Override
    public int firstBase() {
        return 0;
    }

    @Override
    public int inFlight() {
        return inFlight;
    }
}
