package org.dpfs4j.nfs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RetainedMemoryTest {
    private static final int PAGE = 4096;

    private static final int LARGEST = 1 << 20;

    private final RetainedMemory memory = new RetainedMemory(10 * PAGE);

    private long take(int bytes) {
        assertThat(memory.reserve(bytes)).isTrue();
        return memory.allocate(bytes);
    }

    @Test
    void thereIsNoMoreThanWasGiven() {
        assertThat(memory.reserve(8 * PAGE)).isTrue();
        assertThat(memory.reserve(3 * PAGE)).isFalse();
        assertThat(memory.usedBytes()).isEqualTo(8 * PAGE);
    }

    @Test
    void aFreedPieceIsUsedAgainWhileThereAreOthers() {
        var other = take(PAGE);
        var piece = take(2 * PAGE);
        memory.free(piece, 2 * PAGE);
        assertThat(memory.spareBytes()).isEqualTo(2 * PAGE);

        assertThat(take(2 * PAGE)).isEqualTo(piece);
        assertThat(memory.spareBytes()).isZero();

        memory.free(piece, 2 * PAGE);
        memory.free(other, PAGE);
    }

    @Test
    void littleIsKeptWhenNothingIsUsed() {
        var large = new RetainedMemory(3 * RetainedMemory.IDLE_BYTES);
        var pieces = new long[(int) (2 * RetainedMemory.IDLE_BYTES / LARGEST)];
        for (int i = 0; i < pieces.length; i++) {
            assertThat(large.reserve(LARGEST)).isTrue();
            pieces[i] = large.allocate(LARGEST);
        }
        for (var piece : pieces) {
            large.free(piece, LARGEST);
        }
        assertThat(large.usedBytes()).isZero();
        assertThat(large.spareBytes()).isZero();

        assertThat(large.reserve(LARGEST)).isTrue();
        large.free(large.allocate(LARGEST), LARGEST);
        assertThat(large.spareBytes()).isEqualTo(LARGEST);
    }

    @Test
    void piecesOfOtherSizesAreNotKeptBeyondTheLimit() {
        var small = new long[4];
        for (int i = 0; i < small.length; i++) {
            small[i] = take(2 * PAGE);
        }
        var stays = take(PAGE);
        for (var address : small) {
            memory.free(address, 2 * PAGE);
        }
        assertThat(memory.spareBytes()).isEqualTo(8 * PAGE);

        var large = take(4 * PAGE);
        assertThat(memory.spareBytes()).isZero();

        memory.free(large, 4 * PAGE);
        memory.free(stays, PAGE);
    }
}
