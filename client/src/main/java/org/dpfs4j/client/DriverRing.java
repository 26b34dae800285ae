package org.dpfs4j.client;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.util.List;
import java.util.Optional;
import org.dpfs4j.memory.Memory;

/** The driver's side of a virtqueue. */
public sealed interface DriverRing permits SplitDriverRing, PackedDriverRing {
    /** Feature bits that matter to a ring. */
    long INDIRECT_DESC = 1L << 28;

    long EVENT_IDX = 1L << 29;
    long VERSION_1 = 1L << 32;
    long RING_PACKED = 1L << 34;

    /** Descriptor flags. */
    int NEXT = 1;

    int WRITE = 2;
    int INDIRECT = 4;

    /** Entries of the ring. */
    int entries();

    /** Makes a chain available; returns its id. With {@code indirect}, all of it in a table. */
    int add(List<Buffer> chain, boolean indirect);

    /**
     * Makes a chain available that is a table of its caller's in guest memory, ready to be read; returns its id. Allocates nothing.
     *
     * @param table guest address of the table, laid out as this ring's {@link #describe} does
     * @param length how many descriptors it has
     */
    int offer(long table, int length);

    /** Writes descriptor {@code index} of a caller's table of {@code length}, which is at {@code host} in this process. */
    void describe(long host, int index, int length, Buffer buffer);

    /** Takes the next chain that the device has given back, if there is one, without allocating anything. */
    boolean poll();

    /** The id of the chain taken last, as the device says: anything of 32 bits. */
    int usedId();

    /** How many bytes the device says to have written into the chain taken last. */
    long usedLength();

    /** Takes what the device has given back. */
    default Optional<Used> take() {
        return poll() ? Optional.of(new Used(usedId(), usedLength())) : Optional.empty();
    }

    /** Whether the device wants a kick for what was added since this was asked the last time. */
    boolean wantsKick();

    /** Asks to be told of the next used chain, or not to be told at all. */
    void wantCalls(boolean wanted);

    /** Addresses of descriptors, available part and used part, as the guest sees them. */
    long descriptors();

    /** See {@link #descriptors}. */
    long available();

    /** See {@link #descriptors}. */
    long used();

    /** Where the tables of indirect chains are: one of as many descriptors as the ring has, for each of its ids. */
    long tables();

    /** What SET_VRING_BASE says for a ring that nobody has used. */
    int firstBase();

    /** Chains made available and not given back. */
    int inFlight();

    /** Writes a descriptor of a table or a split ring. */
    static void descriptor(long host, long address, int length, int flags, int next) {
        Memory.ALL.set(JAVA_LONG_UNALIGNED, host, address);
        Memory.ALL.set(JAVA_INT_UNALIGNED, host + 8, length);
        Memory.ALL.set(JAVA_SHORT_UNALIGNED, host + 12, (short) flags);
        Memory.ALL.set(JAVA_SHORT_UNALIGNED, host + 14, (short) next);
    }

    /** Whether {@code event} is in {@code [before, now)} modulo 2^16. */
    static boolean passed(int event, int now, int before) {
        return (now - event - 1 & 0xffff) < (now - before & 0xffff);
    }
}
