package org.dpfs4j.tck;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.dpfs4j.memory.Iovecs;

/** Guest memory of a request's data: pieces with a guard behind each, as a guest's pages lie apart. */
final class Scatter {
    private static final int PIECE_BYTES = 4096;
    private static final int GUARD_BYTES = 64;
    private static final byte GUARD = 0x5a;

    private final MemorySegment memory;
    private final int piece;
    private final int size;

    Scatter(Arena arena, int size) {
        this.size = size;
        piece = size > PIECE_BYTES ? PIECE_BYTES : Math.max(1, (size + 1) / 2);
        memory = arena.allocate((long) size + (long) (count() + 1) * GUARD_BYTES, Long.BYTES);
        memory.fill(GUARD);
    }

    private int count() {
        return (size + piece - 1) / piece;
    }

    private long start(int index) {
        return (long) index * (piece + GUARD_BYTES);
    }

    private int length(int index) {
        return Math.min(piece, size - index * piece);
    }

    /** Appends the pieces to a list. */
    void addTo(Iovecs list) {
        for (int i = 0; i < count(); i++) {
            if (!list.add(memory.address() + start(i), length(i))) {
                throw new IllegalArgumentException("too many pieces: " + size + " bytes");
            }
        }
    }

    void put(byte[] bytes) {
        for (int i = 0; i < count(); i++) {
            MemorySegment.copy(bytes, i * piece, memory, ValueLayout.JAVA_BYTE, start(i), length(i));
        }
    }

    /** A copy of the first {@code length} bytes. */
    byte[] bytes(int length) {
        var all = new byte[length];
        for (int i = 0; i * piece < length; i++) {
            var part = Math.min(length(i), length - i * piece);
            MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, start(i), all, i * piece, part);
        }
        return all;
    }

    /** Whether nothing was written between the pieces. */
    boolean guardsAreIntact() {
        for (int i = 0; i < count(); i++) {
            for (long at = start(i) + length(i); at < start(i) + length(i) + GUARD_BYTES; at++) {
                if (memory.get(ValueLayout.JAVA_BYTE, at) != GUARD) {
                    return false;
                }
            }
        }
        return true;
    }

    /** What the guest does with its memory once it has the answer. */
    void reuse() {
        memory.fill((byte) 0xa5);
    }
}
