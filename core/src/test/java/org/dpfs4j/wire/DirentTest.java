package org.dpfs4j.wire;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DirentTest {
    private static final byte STALE = 0x5A;
    private static final int GUARD = 16;

    private final Arena arena = Arena.ofConfined();

    @AfterEach
    void free() {
        arena.close();
    }

    @Test
    void entryIsWrittenAsTheKernelReadsIt() {
        var buffer = stale(64);
        int written = write(buffer, 64, "hello");
        assertThat(written).isEqualTo(32);
        assertThat(Dirent.ino(buffer, 0)).isEqualTo(-2);
        assertThat(Dirent.nextCookie(buffer, 0)).isEqualTo(-3);
        assertThat(Dirent.type(buffer, 0)).isEqualTo(8);
        assertThat(Dirent.nameLength(buffer, 0)).isEqualTo(5);
        assertThat(Dirent.name(buffer, 0)).isEqualTo(ascii("hello"));
    }

    @Test
    void sizeIsAMultipleOfEight() {
        assertThat(Dirent.sizeBytes(1)).isEqualTo(32);
        assertThat(Dirent.sizeBytes(8)).isEqualTo(32);
        assertThat(Dirent.sizeBytes(9)).isEqualTo(40);
        assertThat(Dirent.sizeBytes(255)).isEqualTo(280);
        assertThat(DirentPlus.sizeBytes(8)).isEqualTo(128 + 32);
    }

    @Property
    void paddingIsZeroAndNothingBehindTheEntryIsTouched(@ForAll @IntRange(min = 1, max = 255) int length) {
        try (var own = Arena.ofConfined()) {
            int size = Dirent.sizeBytes(length);
            var buffer = own.allocate(size + GUARD).fill(STALE);
            var name = own.allocate(length).fill((byte) 'n');

            assertThat(Dirent.write(buffer.address(), size, 1, 2, 8, name.address(), length))
                    .isEqualTo(size);

            for (int i = 24 + length; i < size; i++) {
                assertThat(buffer.get(JAVA_BYTE, i)).as("padding").isZero();
            }
            for (int i = size; i < size + GUARD; i++) {
                assertThat(buffer.get(JAVA_BYTE, i)).as("behind").isEqualTo(STALE);
            }
        }
    }

    @Property
    void entryThatDoesNotFitWholeIsNotBegun(@ForAll @IntRange(min = 1, max = 255) int length) {
        try (var own = Arena.ofConfined()) {
            int size = Dirent.sizeBytes(length);
            var buffer = own.allocate(DirentPlus.sizeBytes(length)).fill(STALE);
            var name = own.allocate(length).fill((byte) 'n');
            var entry = new EntryOut(own.allocate(EntryOut.BYTES), 0);

            assertThat(Dirent.write(buffer.address(), size - 1L, 1, 2, 8, name.address(), length))
                    .isZero();
            assertThat(DirentPlus.write(
                            buffer.address(), DirentPlus.sizeBytes(length) - 1L, entry, 2, name.address(), length))
                    .isZero();
            assertThat(DirentPlus.write(buffer.address(), 0, entry, 2, name.address(), length))
                    .isZero();

            assertThat(buffer.toArray(JAVA_BYTE)).containsOnly(STALE);
        }
    }

    @Test
    void plusEntryCarriesTheNodeAndTheTypeOfItsAttributes() {
        var buffer = stale(DirentPlus.sizeBytes(5));
        var entry = new EntryOut(arena.allocate(EntryOut.BYTES), 0).nodeId(7).entryTimeoutNanos(1_500_000_000);
        entry.attr().ino(99).mode(Mode.DIRECTORY | 0755);
        var name = arena.allocate(5).copyFrom(MemorySegment.ofArray(ascii("hello")));

        int written = DirentPlus.write(buffer.address(), buffer.byteSize(), entry, 4, name.address(), 5);

        assertThat(written).isEqualTo(160);
        var copy = new EntryOut(buffer, 0);
        assertThat(copy.nodeId()).isEqualTo(7);
        assertThat(copy.entryTimeoutNanos()).isEqualTo(1_500_000_000);
        assertThat(copy.attr().mode()).isEqualTo(Mode.DIRECTORY | 0755);
        assertThat(Dirent.ino(buffer, EntryOut.BYTES)).isEqualTo(99);
        assertThat(Dirent.nextCookie(buffer, EntryOut.BYTES)).isEqualTo(4);
        assertThat(Dirent.type(buffer, EntryOut.BYTES)).isEqualTo(4);
        assertThat(Dirent.name(buffer, EntryOut.BYTES)).isEqualTo(ascii("hello"));
    }

    private int write(MemorySegment buffer, long room, String text) {
        var name = arena.allocate(text.length()).copyFrom(MemorySegment.ofArray(ascii(text)));
        return Dirent.write(buffer.address(), room, -2, -3, 8, name.address(), text.length());
    }

    private MemorySegment stale(long size) {
        return arena.allocate(size).fill(STALE);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
