package org.dpfs4j.nfs;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.dpfs4j.memory.IovecPool;
import org.dpfs4j.memory.Iovecs;
import org.dpfs4j.memory.Memory;
import org.junit.jupiter.api.Test;

/** What is kept of a file until the server has made it durable. */
class UncommittedTest {
    private static final int FILE_BYTES = 256;
    private static final int WRITE_BYTES_MAX = 48;
    private static final int STEPS = 3000;
    private static final long VERIFIER = 7;

    private final RetainedMemory memory = new RetainedMemory(1 << 20);
    private final Uncommitted kept = new Uncommitted(memory);

    private void write(long offset, int bytes, byte value) {
        var from = Memory.allocate(bytes);
        Memory.at(from, bytes).fill(value);
        try (var pool = new IovecPool();
                var source = new Iovecs(pool)) {
            source.add(from, bytes);
            assertThat(memory.reserve(bytes)).isTrue();
            kept.taken(null, offset, source, 0, bytes, VERIFIER);
        } finally {
            Memory.free(from);
        }
    }

    /** What the pieces say; 0 where nothing is kept. */
    private byte[] image() {
        var image = new byte[FILE_BYTES];
        for (var piece : kept.pieces()) {
            for (int i = 0; i < piece.bytes; i++) {
                var at = (int) piece.offset + i;
                assertThat(image[at]).as("byte %d of two pieces", at).isZero();
                image[at] = Memory.ALL.get(JAVA_BYTE, piece.address + i);
            }
        }
        return image;
    }

    @Test
    void whoSettlesOneRestartDoesNotSettleTheNext() {
        kept.suspect();
        var first = kept.suspicions();
        kept.suspect();
        kept.settled(first);
        assertThat(kept.isSuspect()).isTrue();

        kept.settled(kept.suspicions());
        assertThat(kept.isSuspect()).isFalse();
    }

    @Test
    void whatWasWrittenLastIsKeptAndNothingElse() {
        var random = new Random(5);
        var expected = new byte[FILE_BYTES];
        for (int step = 0; step < STEPS; step++) {
            var bytes = 1 + random.nextInt(WRITE_BYTES_MAX);
            var offset = random.nextInt(FILE_BYTES - bytes);
            var durable = random.nextInt(4) == 0;
            var value = durable ? 0 : (byte) (1 + random.nextInt(100));
            if (durable) {
                kept.replaced(offset, bytes);
            } else {
                write(offset, bytes, value);
            }
            Arrays.fill(expected, offset, offset + bytes, value);

            assertThat(image()).as("after step %d", step).isEqualTo(expected);
            assertThat(memory.usedBytes())
                    .isEqualTo(kept.pieces().stream()
                            .mapToLong(piece -> piece.bytes)
                            .sum());
        }
        kept.close();
        assertThat(memory.usedBytes()).isZero();
    }

    @Test
    void whatWasReplacedMeanwhileIsNotDropped() {
        write(0, 8, (byte) 1);
        write(8, 8, (byte) 2);
        var seen = kept.pieces();
        write(0, 8, (byte) 3);

        assertThat(kept.lost(seen, VERIFIER + 1)).containsExactly(seen.getLast());
        kept.drop(seen);

        assertThat(kept.pieces()).hasSize(1);
        assertThat(image()[0]).isEqualTo((byte) 3);
        kept.close();
    }

    @Test
    void oneAtATimeMakesRoom() {
        assertThat(kept.beginRelief()).isTrue();
        assertThat(kept.beginRelief()).isFalse();
        kept.endRelief();
        assertThat(kept.beginRelief()).isTrue();
    }
}
