package org.dpfs4j.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class IovecsTest {
    private static final int BLOCK = 4096;

    @Test
    void neighboursThatTouchAreMerged() {
        try (var pool = new IovecPool();
                var list = new Iovecs(pool)) {
            list.add(1000, 10);
            list.add(1010, 5);
            list.add(2000, 1);
            assertThat(list.count()).isEqualTo(2);
            assertThat(list.length(0)).isEqualTo(15);
            assertThat(list.sizeBytes()).isEqualTo(16);
        }
    }

    @Test
    void longListsBorrowUntilTheyAreClearedAndEndAtTheLimit() {
        try (var pool = new IovecPool();
                var list = new Iovecs(pool)) {
            for (int i = 0; i < Limits.IOVECS_LARGE; i++) {
                assertThat(list.add(1000L * i + 1, 10)).isTrue();
            }
            assertThat(list.add(1, 1)).as("one more than the limit").isFalse();
            assertThat(list.sizeBytes()).isEqualTo(10L * Limits.IOVECS_LARGE);
            var borrowed = list.arrayAddress();
            list.clear();
            assertThat(list.arrayAddress()).isNotEqualTo(borrowed);
            assertThat(pool.borrow()).as("given back").isEqualTo(borrowed);
            pool.giveBack(borrowed);
        }
    }

    @Test
    void emptyRangesAreLeftOut() {
        try (var pool = new IovecPool();
                var list = new Iovecs(pool)) {
            assertThat(list.add(0, 0)).isTrue();
            assertThat(list.count()).isZero();
        }
    }

    /** However a block is cut, copying in and out moves the same bytes as for the block in one piece. */
    @Property(tries = 300)
    void copiesAreTheSameForEveryCut(
            @ForAll @Size(max = 40) List<@IntRange(min = 0, max = 200) Integer> pieces,
            @ForAll @IntRange(min = 0, max = 3000) int offset,
            @ForAll @IntRange(min = 0, max = 3000) int length) {
        var block = Memory.allocate(3L * BLOCK);
        var flat = block + BLOCK;
        var copy = block + 2L * BLOCK;
        try (var pool = new IovecPool();
                var list = new Iovecs(pool);
                var part = new Iovecs(pool)) {
            var at = 0;
            for (var piece : pieces) {
                // A byte of distance keeps the pieces from being merged.
                if (at + piece < BLOCK / 2 - pieces.size()) {
                    list.add(block + at, piece);
                    at += piece + 1;
                }
            }
            for (int i = 0; i < BLOCK; i++) {
                Memory.ALL.set(ValueLayout.JAVA_BYTE, flat + i, (byte) (i * 31 + 7));
            }
            var room = Math.max(0, Math.min(length, list.sizeBytes() - offset));
            assertThat(list.copyIn(offset, flat, length)).isEqualTo(room);
            part.slice(list, offset, length);
            assertThat(part.sizeBytes()).isEqualTo(room);
            assertThat(part.copyOut(0, copy, length)).isEqualTo(room);
            assertThat(Memory.at(copy, room).mismatch(Memory.at(flat, room))).isEqualTo(-1);
        } finally {
            Memory.free(block);
        }
    }
}
