package org.dpfs4j.tck;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.dpfs4j.memory.Iovecs;

/** Guest memory of a request: pieces with a guard behind each, as a guest's pages lie apart. */
final class Scatter {
    private static final int PIECE_BYTES = 4096;
    private static final int GUARD_BYTES = 64;
    private static final byte GUARD = 0x5a;

    private final MemorySegment memory;
    /** Where each piece begins in the bytes; one more entry for the end. */
    private final int[] cuts;

    private Scatter(Arena arena, int[] cuts) {
        this.cuts = cuts;
        memory = arena.allocate(start(count()) + GUARD_BYTES, Long.BYTES);
        memory.fill(GUARD);
    }

    /** Pieces of one page; two when all is less. */
    static Scatter ofData(Arena arena, int size) {
        return evenly(arena, size, size > PIECE_BYTES ? PIECE_BYTES : Math.max(1, (size + 1) / 2));
    }

    /** Pieces of {@code piece} bytes, the last one perhaps shorter. */
    static Scatter evenly(Arena arena, int size, int piece) {
        var cuts = new int[(size + piece - 1) / piece + 1];
        for (int i = 0; i < cuts.length; i++) {
            cuts[i] = (int) Math.min(size, (long) i * piece);
        }
        return new Scatter(arena, cuts);
    }

    /** Two pieces, either of which may be empty. */
    static Scatter inTwo(Arena arena, int size, int first) {
        return new Scatter(arena, new int[] {0, first, size});
    }

    private int count() {
        return cuts.length - 1;
    }

    private long start(int index) {
        return cuts[index] + (long) index * GUARD_BYTES;
    }

    private int length(int index) {
        return cuts[index + 1] - cuts[index];
    }

    /** Appends the pieces to a list. */
    void addTo(Iovecs list) {
        for (int i = 0; i < count(); i++) {
            if (!list.add(memory.address() + start(i), length(i))) {
                throw new IllegalArgumentException("too many pieces: " + count());
            }
        }
    }

    void put(byte[] bytes) {
        for (int i = 0; i < count(); i++) {
            MemorySegment.copy(bytes, cuts[i], memory, ValueLayout.JAVA_BYTE, start(i), length(i));
        }
    }

    /** A copy of the first {@code length} bytes. */
    byte[] bytes(int length) {
        var all = new byte[length];
        for (int i = 0; i < count() && cuts[i] < length; i++) {
            var part = Math.min(length(i), length - cuts[i]);
            MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, start(i), all, cuts[i], part);
        }
        return all;
    }

    /** Whether nothing was written between the pieces. */
    boolean guardsAreIntact() {
        for (int i = 0; i < count(); i++) {
            for (long at = start(i) + length(i); at < start(i + 1); at++) {
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
