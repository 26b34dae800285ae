package org.dpfs4j.nfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.awaitility.Awaitility;
import org.dpfs4j.client.Seen;
import org.dpfs4j.wire.Errno;
import org.junit.jupiter.api.Test;

/** What a guest has synced is at the server, whatever the server forgets on the way. */
class DurabilityTest extends MockGuestTest {
    private static final int COMMIT = 5;
    private static final int WRITE = 38;
    private static final int NOSPC = 28;

    private void write(Seen.Opened file, long offset, String text) {
        guest.client().write(file, offset, text.getBytes(UTF_8)).ok();
    }

    private String stored(String path) {
        return new String(server.content(path), UTF_8);
    }

    @Test
    void whatTheServerHasLostIsWrittenAgain() {
        var file = guest.file("a", "");
        write(file, 0, "one");
        write(file, 3, "two");
        server.restart();
        guest.client().fsync(file, false).ok();
        assertThat(stored("a")).isEqualTo("onetwo");
    }

    @Test
    void anOldPieceNeverReplacesANewerOne() {
        var file = guest.file("a", "");
        write(file, 0, "0123456789");
        server.loseUncommitted();
        write(file, 2, "ab");
        write(file, 6, "cdef");
        guest.client().fsync(file, false).ok();
        assertThat(stored("a")).isEqualTo("01ab45cdef");
    }

    @Test
    void whatWasCutOffStaysCutOff() {
        var file = guest.file("a", "");
        write(file, 0, "0123456789");
        guest.client().truncate(file.nodeId(), 4).ok();
        server.loseUncommitted();
        guest.client().fsync(file, false).ok();
        assertThat(guest.client().getattr(file.nodeId()).ok().sizeBytes()).isEqualTo(4);
        assertThat(stored("a")).isEqualTo("0123");
    }

    @Test
    void largeDataSurvivesToo() {
        var file = guest.file("a", "");
        var data = new byte[3 << 20];
        new Random(1).nextBytes(data);
        guest.client().write(file, 5, data).ok();
        server.loseUncommitted();
        guest.client().flush(file).ok();
        var stored = server.content("a");
        assertThat(stored).hasSize(5 + data.length);
        for (int i = 0; i < data.length; i++) {
            assertThat(stored[5 + i]).isEqualTo(data[i]);
        }
    }

    @Test
    void aSyncWithNothingToSyncAsksNobody() {
        var file = guest.file("a", "text");
        guest.client().fsync(file, false).ok();
        var asked = server.executed(COMMIT);
        guest.client().fsync(file, false).ok();
        guest.client().flush(file).ok();
        assertThat(server.executed(COMMIT)).isEqualTo(asked);
    }

    @Test
    void dataIsMadeDurableWithoutAsking() {
        guest.file("a", "text");
        Awaitility.await().until(() -> server.executed(COMMIT) > 0);
        server.loseUncommitted();
        assertThat(stored("a")).isEqualTo("text");
    }

    @Test
    void whatCannotBeWrittenAgainIsAnErrorOnce() {
        var file = guest.file("a", "text");
        server.loseUncommitted();
        server.fail(WRITE, NOSPC, 1);
        guest.client().fsync(file, false).fails(Errno.ENOSPC);
        guest.client().fsync(file, false).ok();
    }
}
