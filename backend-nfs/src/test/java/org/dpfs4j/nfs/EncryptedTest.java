package org.dpfs4j.nfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Random;
import org.dpfs4j.client.Seen;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.nfsserver.FaultProxy;
import org.dpfs4j.nfsserver.MockServer;
import org.dpfs4j.nfsserver.TestAuthority;
import org.dpfs4j.tck.Pending;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What guests read and write is what it was, whatever TLS makes of the buffers on the way. */
class EncryptedTest {
    private static final int LARGE = 1 << 20;
    private static final int FILES_BYTES = 4 * LARGE;

    @TempDir
    Path scratch;

    private final Random random = new Random(7);

    @ParameterizedTest
    @EnumSource(
            value = IoMode.class,
            names = {"AUTO", "EPOLL"})
    void dataOfAnySizeArrivesAsItWas(IoMode mode) throws Exception {
        var authority = new TestAuthority();
        try (var lanes = new Lanes(1, mode);
                var server = MockServer.start(authority.serverAt("127.0.0.1"));
                var guest = new Guest(lanes, Configs.of(server.port(), Configs.tls(authority, scratch)), scratch)) {
            var file = guest.file("data", "");
            var expected = new byte[FILES_BYTES];
            for (int size : new int[] {1, 4095, 16_384, 16_385, 40_000, 65_536, LARGE - 3, LARGE}) {
                sideBySide(guest, file, size, expected);
                assertThat(readSideBySide(guest, file, size)).isEqualTo(expected);
            }
            assertThat(server.complaints()).isEmpty();
        }
    }

    /** Writes the file anew in pieces of one size, four of them at once. */
    private void sideBySide(Guest guest, Seen.Opened file, int size, byte[] expected) {
        var bytes = new byte[size];
        var writes = new ArrayList<Pending<Long>>();
        for (int i = 0; i < 4; i++) {
            random.nextBytes(bytes);
            System.arraycopy(bytes, 0, expected, i * size, size);
            writes.add(guest.client().startWrite(file, (long) i * size, bytes.clone()));
        }
        writes.forEach(write -> assertThat(write.await().ok()).isEqualTo(size));
        if (4 * size < FILES_BYTES) {
            guest.client().write(file, FILES_BYTES - 1, new byte[1]).ok();
        }
    }

    private static byte[] readSideBySide(Guest guest, Seen.Opened file, int size) {
        var read = new byte[FILES_BYTES];
        var step = Math.max(size, 1 << 16);
        var reads = new ArrayList<Pending<byte[]>>();
        for (int at = 0; at < FILES_BYTES; at += step) {
            reads.add(guest.client().startRead(file, at, Math.min(step, FILES_BYTES - at)));
        }
        for (int i = 0; i < reads.size(); i++) {
            var part = reads.get(i).await().ok();
            System.arraycopy(part, 0, read, i * step, part.length);
        }
        return read;
    }

    @Test
    void segmentsOfTlsMayBeOfAnySize() throws Exception {
        var authority = new TestAuthority();
        try (var lanes = new Lanes(1, IoMode.AUTO);
                var server = MockServer.start(authority.serverAt("127.0.0.1"));
                var network = FaultProxy.ofBytesTo(server.address());
                var guest = new Guest(lanes, Configs.of(network.port(), Configs.tls(authority, scratch)), scratch)) {
            var file = guest.file("data", "");
            var content = new byte[50_000];
            random.nextBytes(content);
            guest.client().write(file, 0, content).ok();
            for (int bytes : new int[] {1, 5, 63, 4096}) {
                network.segmentReplies(bytes);
                network.cut();
                assertThat(guest.client().read(file, 0, 100).ok()).hasSize(100);
                network.segmentReplies(Math.max(bytes, 63));
                assertThat(guest.client().read(file, 0, content.length).ok()).isEqualTo(content);
            }
        }
    }
}
