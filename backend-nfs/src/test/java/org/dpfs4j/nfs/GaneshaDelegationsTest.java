package org.dpfs4j.nfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.dpfs4j.wire.Protocol.ROOT_ID;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.nfsserver.Export;
import org.dpfs4j.nfsserver.Ganesha;
import org.dpfs4j.nfsserver.GaneshaOptions;
import org.dpfs4j.tck.Client;
import org.dpfs4j.wire.OpenFlags;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** NFS-Ganesha is asked for delegations, and may give some: Debian's has no file system that does. */
class GaneshaDelegationsTest {
    private static final int ROUNDS = 5;

    @TempDir
    Path home;

    @Test
    void whatAnotherDeviceWritesIsSeenAtTheNextOpen() throws Exception {
        try (var lanes = new Lanes(2, IoMode.AUTO);
                var server = Ganesha.start(home, GaneshaOptions.standard().withDelegations())) {
            Files.writeString(server.directory().resolve("f"), "text0");
            var config = Configs.delegated(server.port(), server.path(Export.VFS), Duration.ZERO, 10);
            try (var guest = new Guest(lanes, config, home)) {
                var fixture = guest.fixture();
                var other = fixture.attach(fixture.openShare(), 1);
                for (int round = 0; round < ROUNDS; round++) {
                    assertThat(content(guest.client())).isEqualTo("text" + round);
                    assertThat(content(guest.client())).isEqualTo("text" + round);
                    write(other, "text" + (round + 1));
                }
                assertThat(content(guest.client())).isEqualTo("text" + ROUNDS);
            }
        }
    }

    private static String content(Client of) {
        var file =
                of.open(of.lookup(ROOT_ID, "f").ok().nodeId(), OpenFlags.RDONLY).ok();
        var content = new String(of.read(file, 0, 4096).ok(), UTF_8);
        of.release(file).ok();
        return content;
    }

    private static void write(Client by, String text) {
        var file =
                by.open(by.lookup(ROOT_ID, "f").ok().nodeId(), OpenFlags.WRONLY).ok();
        by.write(file, 0, text.getBytes(UTF_8)).ok();
        by.flush(file).ok();
        by.release(file).ok();
    }
}
