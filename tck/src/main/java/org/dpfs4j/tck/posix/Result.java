package org.dpfs4j.tck.posix;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.dpfs4j.wire.Errno;

/**
 * What a system call gave.
 *
 * @param call the call, for messages
 * @param value its result, or a negative errno
 * @param buffers what it wrote, without the zeros at the end
 */
public record Result(String call, long value, List<byte[]> buffers) {
    public Result {
        buffers = List.copyOf(buffers);
    }

    /** The words of an answer of the agent behind its number. */
    static Result of(String call, String[] words) {
        var buffers = Arrays.stream(words, 1, words.length)
                .map(word -> word.equals("-") ? new byte[0] : HexFormat.of().parseHex(word))
                .toList();
        return new Result(call, Long.parseLong(words[0]), buffers);
    }

    /** The result of a call that must succeed. */
    public long ok() {
        assertThat(value).as(() -> this + " succeeds").isNotNegative();
        return value;
    }

    /** As {@link #ok}, for descriptors. */
    public int fd() {
        return (int) ok();
    }

    /** The call must have failed with one of these. */
    public void fails(Errno... expected) {
        assertThat(Arrays.asList(expected))
                .as(() -> this + " fails with " + Arrays.toString(expected))
                .extracting(errno -> (long) -errno.code())
                .contains(value);
    }

    /** Whether it failed so. */
    public boolean is(Errno errno) {
        return value == -errno.code();
    }

    public boolean isOk() {
        return value >= 0;
    }

    /** The first buffer, its result says how much of it. */
    public byte[] bytes() {
        return Arrays.copyOf(buffers.getFirst(), (int) ok());
    }

    /** As {@link #bytes}, one character for a byte. */
    public String text() {
        return new String(bytes(), ISO_8859_1);
    }

    /** The first buffer as a structure of this size. */
    ByteBuffer struct(int sizeBytes) {
        return ByteBuffer.wrap(Arrays.copyOf(buffers.getFirst(), sizeBytes)).order(ByteOrder.nativeOrder());
    }

    @Override
    public String toString() {
        return call + " = " + outcome();
    }

    /** The value for people: a number or the name of an errno. */
    String outcome() {
        var errno = value < 0 ? Errno.of((int) -value) : null;
        return errno == null ? String.valueOf(value) : errno.toString();
    }
}
