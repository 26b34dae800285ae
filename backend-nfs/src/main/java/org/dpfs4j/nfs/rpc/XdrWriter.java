package org.dpfs4j.nfs.rpc;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import org.dpfs4j.memory.Memory;

/** Writes XDR to native memory that grows as needed; what is written is ours, or has been bounded before. */
public final class XdrWriter implements AutoCloseable {
    private long address;
    private int capacity;
    private int position;

    /** A writer with room for {@code capacity} bytes to begin with. */
    public XdrWriter(int capacity) {
        this.capacity = capacity;
        address = Memory.allocate(capacity);
    }

    /** Begins anew. */
    public void clear() {
        position = 0;
    }

    /** Where the first byte is; changes when more is written. */
    public long address() {
        return address;
    }

    /** How many bytes have been written. */
    public int position() {
        return position;
    }

    /** Goes back to an earlier position. */
    public void position(int earlier) {
        assert earlier <= position;
        position = earlier;
    }

    private long room(long bytes) {
        if (bytes > capacity - position) {
            grow(bytes);
        }
        var at = address + position;
        position += (int) bytes;
        return at;
    }

    private void grow(long bytes) {
        var larger = Math.toIntExact(Math.max(2L * capacity, position + bytes));
        var moved = Memory.allocate(larger);
        Memory.copy(address, moved, position);
        Memory.free(address);
        address = moved;
        capacity = larger;
    }

    /** A number of 32 bits. */
    public void putInt(int value) {
        Memory.ALL.set(Xdr.INT, room(Integer.BYTES), value);
    }

    /** A number of 64 bits. */
    public void putLong(long value) {
        Memory.ALL.set(Xdr.LONG, room(Long.BYTES), value);
    }

    /** A truth value. */
    public void putFlag(boolean value) {
        putInt(value ? 1 : 0);
    }

    /** Changes a number written before. */
    public void patchInt(int at, int value) {
        assert at + Integer.BYTES <= position;
        Memory.ALL.set(Xdr.INT, address + at, value);
    }

    /** Changes a number written before. */
    public void patchLong(int at, long value) {
        assert at + Long.BYTES <= position;
        Memory.ALL.set(Xdr.LONG, address + at, value);
    }

    /** Bytes without their length, padded. */
    public void putFixed(long from, int bytes) {
        if (bytes > 0) {
            var padded = Xdr.padded(bytes);
            var at = room(padded);
            Memory.ALL.set(Xdr.INT, at + padded - Integer.BYTES, 0);
            Memory.copy(from, at, bytes);
        }
    }

    /** As above. */
    public void putFixed(byte[] from) {
        if (from.length > 0) {
            var padded = Xdr.padded(from.length);
            var at = room(padded);
            Memory.ALL.set(Xdr.INT, at + padded - Integer.BYTES, 0);
            MemorySegment.copy(from, 0, Memory.ALL, JAVA_BYTE, at, from.length);
        }
    }

    /** Bytes with their length, padded. */
    public void putOpaque(long from, int bytes) {
        putInt(bytes);
        putFixed(from, bytes);
    }

    /** As above. */
    public void putOpaque(byte[] from) {
        putInt(from.length);
        putFixed(from);
    }

    @Override
    public void close() {
        if (address != 0) {
            Memory.free(address);
            address = 0;
        }
    }
}
