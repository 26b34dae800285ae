package org.dpfs4j.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The process's address space, and native blocks in it that live until they are freed.
 *
 * <p>Guest memory is read and written by absolute address: one global segment is as fast as Unsafe and needs no closing
 * handshake. Every address given to {@link #ALL} must have been checked or be our own.
 */
public final class Memory {
    /** Every address; carries no bounds of its own. */
    public static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private static final MethodHandle CALLOC = Libc.function("calloc");
    private static final MethodHandle MALLOC = Libc.function("malloc");
    private static final MethodHandle FREE = Libc.function("free");

    private Memory() {}

    /**
     * Allocates zeroed native memory, aligned for any scalar, to be given back by {@link #free}.
     *
     * @param sizeBytes how many bytes, at least 1
     * @return its address
     * @throws OutOfMemoryError when the system has none
     */
    public static long allocate(long sizeBytes) {
        return allocated(Libc.call(CALLOC, 1, sizeBytes), sizeBytes);
    }

    /** As {@link #allocate}, with whatever was there before: for who writes all of it before anything is read. */
    public static long allocateUnwritten(long sizeBytes) {
        return allocated(Libc.call(MALLOC, sizeBytes, 0), sizeBytes);
    }

    private static long allocated(long address, long sizeBytes) {
        if (address == 0) {
            throw new OutOfMemoryError("no native memory for " + sizeBytes + " bytes");
        }
        return address;
    }

    /** Gives back what {@link #allocate} gave; nothing may refer to it any more. */
    public static void free(long address) {
        Libc.call(FREE, address, 0);
    }

    /**
     * Stores 16 bits of memory that somebody else may take away meanwhile, after everything that was stored before: a release.
     * The interpreter of HotSpot on x86-64 stores a short that is volatile, opaque or released with an instruction (66 87, xchg)
     * that its handler of faults cannot read: where the page is gone, that ends the process instead of this request. A plain
     * store behind a fence does not.
     */
    public static void release(long address, short value) {
        VarHandle.releaseFence();
        ALL.set(ValueLayout.JAVA_SHORT, address, value);
    }

    /** Copies {@code length} bytes between two non-overlapping ranges. */
    public static void copy(long from, long to, long length) {
        MemorySegment.copy(ALL, from, ALL, to, length);
    }

    /** A segment of {@code sizeBytes} at {@code address}, with bounds, without a lifetime of its own. */
    public static MemorySegment at(long address, long sizeBytes) {
        return ALL.asSlice(address, sizeBytes);
    }
}
