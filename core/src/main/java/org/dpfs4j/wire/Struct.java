package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U16;
import static org.dpfs4j.wire.Wire.U32;
import static org.dpfs4j.wire.Wire.U64;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.util.Objects;

/**
 * A kernel structure at a fixed place of memory, filled and read field by field. Filling methods are named like the
 * reading ones and return the structure itself. Fields that nobody fills keep what was there: {@link #clear()} first.
 */
public abstract class Struct {
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final MemorySegment memory;
    private final long base;
    private final long bytes;

    Struct(MemorySegment memory, long offset, StructLayout layout) {
        Objects.checkFromIndexSize(offset, layout.byteSize(), memory.byteSize());
        this.memory = memory;
        this.base = offset;
        this.bytes = layout.byteSize();
    }

    /** Absolute address of the first byte. */
    public final long address() {
        return memory.address() + base;
    }

    /** Sets every byte to 0. */
    public final void clear() {
        clear(0);
    }

    /** Sets every byte from {@code offset} on to 0; all structures are multiples of 8 bytes. */
    final void clear(long offset) {
        for (long i = offset; i < bytes; i += U64.byteSize()) {
            putLong(i, 0);
        }
    }

    /** Copies the first {@code bytes} bytes of another structure to {@code offset}. */
    final void copyFrom(Struct other, long offset, long bytes) {
        MemorySegment.copy(other.memory, other.base, memory, base + offset, bytes);
    }

    final long getLong(long offset) {
        return memory.get(U64, base + offset);
    }

    final int getInt(long offset) {
        return memory.get(U32, base + offset);
    }

    final long getUnsigned(long offset) {
        return Integer.toUnsignedLong(getInt(offset));
    }

    final int getShort(long offset) {
        return Short.toUnsignedInt(memory.get(U16, base + offset));
    }

    final void putLong(long offset, long value) {
        memory.set(U64, base + offset, value);
    }

    final void putInt(long offset, int value) {
        memory.set(U32, base + offset, value);
    }

    /** Stores a value of 0 to 2^32 - 1; a larger one is a mistake of the caller and is stored as the largest. */
    final void putUnsigned(long offset, long value) {
        assert value >= 0;
        putInt(offset, (int) Math.min(value, 0xFFFF_FFFFL));
    }

    /** Stores a value of 0 to 65535; a larger one is stored as the largest. */
    final void putShort(long offset, int value) {
        assert value >= 0;
        memory.set(U16, base + offset, (short) Math.min(value, 0xFFFF));
    }

    /** A duration that the kernel keeps as seconds and nanoseconds in two places, in nanoseconds. */
    final long getNanos(long secondsOffset, long nanosOffset) {
        return getLong(secondsOffset) * NANOS_PER_SECOND + getUnsigned(nanosOffset);
    }

    /** Stores a duration of 0 or more nanoseconds as seconds and nanoseconds. */
    final void putNanos(long secondsOffset, long nanosOffset, long nanos) {
        assert nanos >= 0;
        putLong(secondsOffset, nanos / NANOS_PER_SECOND);
        putInt(nanosOffset, (int) (nanos % NANOS_PER_SECOND));
    }
}
