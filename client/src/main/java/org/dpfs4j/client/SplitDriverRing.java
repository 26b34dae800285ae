package org.dpfs4j.client;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.invoke.VarHandle;
import java.util.List;
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
    private final long descriptorsHost;
    private final long availableHost;
    private final long usedHost;

    /** Free descriptors, a stack as Linux has it: what was used last is warm. */
    private final int[] free;

    private int freeCount;
    private final int[] chainLength;
    private final int[] next;
    private int availableIndex;
    private int kickedIndex;
    private int usedIndex;
    private int inFlight;
    private int usedId;
    private long usedLength;

    /** A ring of {@code entries}, a power of two, in {@code ram}. */
    public SplitDriverRing(GuestRam ram, int entries, long features) {
        this.ram = ram;
        this.entries = entries;
        eventIdx = (features & EVENT_IDX) != 0;
        descriptors = ram.allocate(16L * entries, 16);
        available = ram.allocate(6 + 2L * entries, 2);
        used = ram.allocate(6 + 8L * entries, 4);
        tables = ram.allocate(16L * entries * entries, 16);
        descriptorsHost = ram.host(descriptors);
        availableHost = ram.host(available);
        usedHost = ram.host(used);
        chainLength = new int[entries];
        next = new int[entries];
        free = new int[entries];
        for (int i = entries - 1; i >= 0; i--) {
            free[freeCount++] = i;
        }
    }

    @Override
    public int entries() {
        return entries;
    }

    @Override
    public int add(List<Buffer> chain, boolean indirect) {
        if (indirect) {
            need(1);
            var table = tables + 16L * entries * free[freeCount - 1];
            for (int i = 0; i < chain.size(); i++) {
                describe(ram.host(table), i, chain.size(), chain.get(i));
            }
            return offer(table, chain.size());
        }
        need(chain.size());
        var head = free[freeCount - 1];
        for (int i = 0; i < chain.size(); i++) {
            var index = free[--freeCount];
            var last = i == chain.size() - 1;
            next[index] = last ? 0 : free[freeCount - 1];
            DriverRing.descriptor(
                    descriptor(index),
                    chain.get(i).guestAddress(),
                    chain.get(i).length(),
                    flags(chain.get(i), last),
                    next[index]);
        }
        chainLength[head] = chain.size();
        inFlight++;
        offer(head);
        return head;
    }

    private void need(int descriptorCount) {
        if (freeCount < descriptorCount) {
            throw new IllegalStateException("the ring is full");
        }
    }

    @Override
    public int offer(long table, int length) {
        need(1);
        var head = free[--freeCount];
        DriverRing.descriptor(descriptor(head), table, 16 * length, INDIRECT, 0);
        chainLength[head] = 1;
        inFlight++;
        offer(head);
        return head;
    }

    @Override
    public void describe(long host, int index, int length, Buffer buffer) {
        var flags = flags(buffer, index == length - 1);
        DriverRing.descriptor(host + 16L * index, buffer.guestAddress(), buffer.length(), flags, index + 1);
    }

    private static int flags(Buffer buffer, boolean last) {
        return (last ? 0 : NEXT) | (buffer.writable() ? WRITE : 0);
    }

    /** Where descriptor {@code index} is in this process, for a driver that writes what it likes. */
    public long descriptor(int index) {
        return descriptorsHost + 16L * index;
    }

    /** Makes {@code head} available, whatever it is. */
    public void offer(int head) {
        Memory.ALL.set(JAVA_SHORT, availableHost + 4 + 2L * (availableIndex & entries - 1), (short) head);
        jump(1);
    }

    /** Moves the available index, by more than one if that is wanted. */
    public void jump(int by) {
        availableIndex = availableIndex + by & 0xffff;
        Memory.release(availableHost + 2, (short) availableIndex);
    }

    @Override
    public boolean poll() {
        var index = (short) INDEX.getAcquire(Memory.ALL, usedHost + 2) & 0xffff;
        if (index == usedIndex) {
            return false;
        }
        var element = usedHost + 4 + 8L * (usedIndex & entries - 1);
        usedIndex = usedIndex + 1 & 0xffff;
        usedId = Memory.ALL.get(JAVA_INT, element);
        usedLength = Integer.toUnsignedLong(Memory.ALL.get(JAVA_INT, element + 4));
        if (usedId >= 0 && usedId < entries && chainLength[usedId] > 0) {
            giveBack(usedId);
        }
        return true;
    }

    /** Frees a chain, its head last: it is taken again first. */
    private void giveBack(int head) {
        var length = chainLength[head];
        chainLength[head] = 0;
        inFlight--;
        freeCount += length;
        var at = head;
        for (int i = 1; i <= length; i++) {
            free[freeCount - i] = at;
            at = next[at];
        }
    }

    @Override
    public int usedId() {
        return usedId;
    }

    @Override
    public long usedLength() {
        return usedLength;
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
            return (Memory.ALL.get(JAVA_SHORT, usedHost) & 1) == 0;
        }
        var event = (short) INDEX.getOpaque(Memory.ALL, usedHost + 4 + 8L * entries) & 0xffff;
        return DriverRing.passed(event, availableIndex, before);
    }

    @Override
    public void wantCalls(boolean wanted) {
        if (eventIdx) {
            var event = wanted ? usedIndex : usedIndex - 1;
            Memory.release(availableHost + 4 + 2L * entries, (short) event);
        } else {
            Memory.release(availableHost, (short) (wanted ? 0 : 1));
        }
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
