package org.dpfs4j.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.dpfs4j.wire.EntryOut;
import org.dpfs4j.wire.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FuseReplyTest {
    private static final long UNIQUE = 6;

    private static ByteBuffer bytes(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] whole(int error, byte[] body) {
        return bytes(16 + body.length)
                .putInt(16 + body.length)
                .putInt(-error)
                .putLong(UNIQUE)
                .put(body)
                .array();
    }

    private static FuseReply reply(byte[] body) throws IOException {
        return new FuseReply("TEST", UNIQUE, whole(0, body));
    }

    private static byte[] dirent(long ino, long cookie, int length, String name) {
        return bytes((24 + name.length() + 7) & -8)
                .putLong(ino)
                .putLong(cookie)
                .putInt(length)
                .putInt(8)
                .put(name.getBytes(StandardCharsets.UTF_8))
                .array();
    }

    private static byte[] joined(byte[] first, byte[] second) {
        var all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }

    @Test
    void anErrorIsAnExceptionWithItsNumber() {
        var error = catchThrowableOfType(
                FuseException.class, () -> new FuseReply("LOOKUP of a", UNIQUE, whole(2, new byte[0])));
        assertThat(error.errno()).isEqualTo(Errno.ENOENT);
        assertThat(error).hasMessage("LOOKUP of a: ENOENT");
    }

    @Test
    void aReplyToAnotherRequestIsRefused() {
        assertThatThrownBy(() -> new FuseReply("TEST", UNIQUE + 2, whole(0, new byte[0])))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(FuseException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 15})
    void aReplyWithoutAHeaderIsRefused(int length) {
        assertThatThrownBy(() -> new FuseReply("TEST", UNIQUE, Arrays.copyOf(whole(0, new byte[0]), length)))
                .isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1, 8})
    void aStructureOfTheWrongSizeIsRefused(int more) {
        assertThatThrownBy(() -> reply(new byte[EntryOut.BYTES + more]).entry()).isInstanceOf(IOException.class);
    }

    @Test
    void moreWrittenThanSentIsRefused() throws IOException {
        var written = reply(bytes(8).putInt(9).array());
        assertThat(written.written(9)).isEqualTo(9);
        assertThatThrownBy(() -> written.written(8)).isInstanceOf(IOException.class);
    }

    @Test
    void namesAreReadToTheEnd() throws IOException {
        var list = reply(joined(dirent(5, 1, 1, "a"), dirent(6, 2, 9, "nine-long")))
                .listed(false);
        assertThat(list)
                .containsExactly(new Seen.Listed("a", 5, 1, 8, null), new Seen.Listed("nine-long", 6, 2, 8, null));
    }

    @Test
    void namesWithNodesAreReadToTheEnd() throws IOException {
        var node = bytes(EntryOut.BYTES).putLong(77).array();
        var entry = joined(node, dirent(5, 1, 1, "a"));
        var list = reply(joined(entry, entry)).listed(true);
        assertThat(list).hasSize(2).allSatisfy(each -> {
            assertThat(each.name()).isEqualTo("a");
            assertThat(each.entry().nodeId()).isEqualTo(77);
        });
    }

    @ParameterizedTest
    @CsvSource({"0, false", "-1, false", "9, false", "2147483647, false", "0, true", "9, true"})
    void aNameThatDoesNotFitIsRefused(int length, boolean plus) {
        var dirent = dirent(5, 1, length, "12345678");
        var body = plus ? joined(new byte[EntryOut.BYTES], dirent) : dirent;
        assertThatThrownBy(() -> reply(body).listed(plus)).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 23, 24, 151})
    void aListThatIsCutOffIsRefused(int length) {
        var whole = joined(new byte[EntryOut.BYTES], dirent(5, 1, 1, "a"));
        assertThatThrownBy(() -> reply(Arrays.copyOf(whole, length)).listed(true))
                .isInstanceOf(IOException.class);
    }
}
