package org.dpfs4j.wire;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NameTest {
    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "/", "a/b", "../x", "/etc/passwd", "x/"})
    void namesThatLeadElsewhereAreNoEntries(String text) {
        assertThat(name(text).isEntryName()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", ".a", "..a", "...", "a.", "a..", " ", "\\", "ä", "\n"})
    void anyOtherNameIsAnEntry(String text) {
        assertThat(name(text).isEntryName()).isTrue();
    }

    @Test
    void bytesThatAreNoTextAreKept() {
        byte[] bytes = {(byte) 0xFF, (byte) 0xC3, 0x28};
        var name = new NameIn(
                        RequestBytes.with(Request.NO_BODY).raw(bytes).zeros(1).segment())
                .name();
        assertThat(name.bytes()).isEqualTo(bytes);
        assertThat(name.contentEquals(bytes)).isTrue();
        assertThat(name.length()).isEqualTo(3);
        assertThat(name.byteAt(2)).isEqualTo((byte) 0x28);
    }

    @Test
    void contentIsComparedToTheEnd() {
        assertThat(name("abc").contentEquals(ascii("ab"))).isFalse();
        assertThat(name("abc").contentEquals(ascii("abcd"))).isFalse();
        assertThat(name("abc").contentEquals(ascii("abd"))).isFalse();
        assertThat(name("").contentEquals(new byte[0])).isTrue();
    }

    @Test
    void addressIsThatOfTheFirstByte() {
        try (var arena = Arena.ofConfined()) {
            var heap = RequestBytes.with(RenameIn.LAYOUT)
                    .string("old")
                    .string("new")
                    .segment();
            var head = arena.allocate(heap.byteSize()).copyFrom(heap);
            var in = new RenameIn(head);
            assertThat(in.name().address()).isEqualTo(head.address() + 48);
            assertThat(in.newName().address()).isEqualTo(head.address() + 52);
        }
    }

    @Test
    void viewFollowsTheNextRequestInItsMemory() {
        var head = RequestBytes.with(RenameIn.LAYOUT).string("aaaa").string("b").segment();
        var in = new RenameIn(head);
        assertThat(in.newName().text()).isEqualTo("b");
        head.copyFrom(
                RequestBytes.with(RenameIn.LAYOUT).string("a").string("bbbb").segment());
        assertThat(in.name().text()).isEqualTo("a");
        assertThat(in.newName().text()).isEqualTo("bbbb");
    }

    @Property
    void endOfNamesReadsNothingBehindTheRequest(
            @ForAll @Size(max = 64) byte[] bytes, @ForAll @IntRange(max = 64) int cut, @ForAll Tail tail) {
        int to = Math.min(cut, bytes.length);
        var exactly = MemorySegment.ofArray(Arrays.copyOf(bytes, to));

        long end = tail.endOfNames(exactly, 0, to);

        long nuls = 0;
        long expected = tail.names() == 0 ? 0 : -1;
        for (int i = 0; i < to && expected < 0; i++) {
            nuls += exactly.get(JAVA_BYTE, i) == 0 ? 1 : 0;
            expected = nuls == tail.names() ? i + 1 : -1;
        }
        assertThat(end).isEqualTo(expected);
    }

    @Test
    void namesBeginningBehindTheRequestAreMissing() {
        var head = MemorySegment.ofArray(new byte[4]);
        assertThat(Tail.NAME.endOfNames(head, 5, 4)).isEqualTo(-1);
        assertThat(Tail.NAME_NAME.endOfNames(head, 3, 4)).isEqualTo(-1);
        assertThat(Tail.NAME_NAME.endOfNames(head, 2, 4)).isEqualTo(4);
    }

    private static Name name(String text) {
        return new NameIn(RequestBytes.with(Request.NO_BODY).string(text).segment()).name();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
