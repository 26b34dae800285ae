package org.dpfs4j.nfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.dpfs4j.client.Seen;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.nfsserver.Export;
import org.dpfs4j.nfsserver.Ganesha;
import org.dpfs4j.nfsserver.GaneshaOptions;
import org.dpfs4j.tck.Locking;
import org.dpfs4j.wire.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** NFS-Ganesha is killed and started again: what was open is open, what was locked is locked, what was written is there. */
class RestartTest {
    private static final boolean ALL = Boolean.getBoolean("dpfs4j.all");
    private static final int RESTARTS = ALL ? 5 : 1;
    private static final int FILES = 50;
    private static final long OWNER = 7;
    private static final long OTHER = 8;

    @TempDir
    Path home;

    @Test
    void openLockedAndDirtyFilesOutliveTheServer() throws Exception {
        try (var lanes = new Lanes(2, IoMode.AUTO);
                var server = Ganesha.start(home, GaneshaOptions.standard().withLease(10));
                var guest = new Guest(lanes, Configs.of(server.port(), server.path(Export.VFS)), home)) {
            var files = new ArrayList<Seen.Opened>();
            for (int i = 0; i < FILES; i++) {
                files.add(guest.file("f" + i, "first"));
                guest.client().setlk(files.get(i), Locking.write(OWNER, i, 100)).ok();
            }
            for (int round = 0; round < RESTARTS; round++) {
                var text = "round" + round;
                for (var file : files) {
                    guest.client().write(file, 0, text.getBytes(UTF_8)).ok();
                }
                server.kill();
                server.start();
                for (int i = 0; i < FILES; i++) {
                    assertThat(guest.content(files.get(i))).isEqualTo(text);
                    guest.client().fsync(files.get(i), false).ok();
                    guest.client()
                            .setlk(files.get(i), Locking.write(OTHER, 50, 60))
                            .fails(Errno.EAGAIN);
                }
                server.awaitGraceOver();
            }
            for (int i = 0; i < FILES; i++) {
                guest.client().release(files.get(i)).ok();
                assertThat(Files.readString(server.directory().resolve("f" + i)))
                        .startsWith("round");
            }
        }
    }
}
