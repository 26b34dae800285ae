package org.dpfs4j.nfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.dpfs4j.wire.Protocol.ROOT_ID;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.dpfs4j.tck.Locking;
import org.dpfs4j.wire.Errno;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A guest does not hear of what happens to the server and the network, as long as it can be made good. */
class RecoveryTest extends MockStand {
    private static final int DELAY = 10008;
    private static final int GRACE = 10013;
    private static final int OPEN = 18;
    private static final int GETATTR = 9;
    private static final int CREATE = 6;
    private static final int REMOVE = 28;
    private static final int RENAME = 29;
    private static final int READ = 25;
    private static final int WRITE = 38;
    private static final int SEQUENCE = 53;
    private static final long TO_END = Long.MAX_VALUE;
    private static final long A = 1;
    private static final long B = 2;

    @BeforeEach
    void mount() throws Exception {
        start();
    }

    @Test
    void aConnectionThatIsCutBetweenRequestsIsReplaced() {
        var file = guest.file("a", "before");
        network.cut();
        assertThat(guest.content(file)).isEqualTo("before");
        network.cut();
        guest.client().write(file, 0, "behind".getBytes(UTF_8)).ok();
        assertThat(new String(server.content("a"), UTF_8)).isEqualTo("behind");
        assertThat(server.sessions()).isEqualTo(1);
    }

    @Test
    void whatWasDoneBeforeACutIsDoneOnce() {
        network.cutAfter(CREATE, 1);
        guest.client().mkdir(ROOT_ID, "d", 0755).ok();
        network.cutAfter(RENAME, 1);
        guest.client().rename(ROOT_ID, "d", ROOT_ID, "e").ok();
        network.cutAfter(OPEN, 1);
        var file = guest.file("f", "");
        network.cutAfter(WRITE, 1);
        guest.client().write(file, 0, "once".getBytes(UTF_8)).ok();
        network.cutAfter(READ, 1);
        assertThat(guest.content(file)).isEqualTo("once");
        guest.client().release(file).ok();
        network.cutAfter(REMOVE, 1);
        guest.client().unlink(ROOT_ID, "f").ok();
        assertThat(server.executed(CREATE)).isEqualTo(1);
        assertThat(server.executed(RENAME)).isEqualTo(1);
        assertThat(server.executed(REMOVE)).isEqualTo(1);
    }

    @Test
    void whatWasNotDoneBeforeACutIsDoneAfterwards() {
        network.cutBefore(CREATE, 1);
        guest.client().mkdir(ROOT_ID, "d", 0755).ok();
        network.cutBefore(OPEN, 2);
        var file = guest.file("f", "text");
        network.cutBefore(READ, 1);
        assertThat(guest.content(file)).isEqualTo("text");
        network.cutBefore(REMOVE, 1);
        guest.client().rmdir(ROOT_ID, "d").ok();
        assertThat(server.exists("d")).isFalse();
    }

    @Test
    void aServerThatAsksForPatienceGetsIt() {
        server.fail(GETATTR, DELAY, 3);
        guest.client().getattr(ROOT_ID).ok();
        server.fail(OPEN, GRACE, 2);
        guest.file("a", "");
        server.fail(SEQUENCE, DELAY, 2);
        guest.client().getattr(ROOT_ID).ok();
    }

    @Test
    void aForgottenSessionIsReplaced() {
        var file = guest.file("a", "text");
        server.forgetSessions();
        assertThat(guest.content(file)).isEqualTo("text");
        assertThat(server.clients()).isEqualTo(1);
    }

    @Test
    void openFilesAndLocksOutliveARestartOfTheServer() {
        var file = guest.file("a", "text");
        guest.client().setlk(file, Locking.write(A, 10, 19)).ok();
        guest.client().setlk(file, Locking.read(A, 30, TO_END)).ok();
        server.restart();
        assertThat(guest.content(file)).isEqualTo("text");
        guest.client().write(file, 0, "more".getBytes(UTF_8)).ok();
        assertThat(server.locks()).isEqualTo(2);
        server.endGrace();
        guest.client().setlk(file, Locking.write(B, 15, 15)).fails(Errno.EAGAIN);
        guest.client().setlk(file, Locking.none(A, 0, TO_END)).ok();
        guest.client().setlk(file, Locking.write(B, 15, 15)).ok();
        guest.client().release(file).ok();
        Awaitility.await().until(() -> server.states() == 0);
    }

    @Test
    void aRestartWhileRequestsAreUnderWayIsNotSeen() {
        var file = guest.file("a", "text");
        for (int i = 0; i < 5; i++) {
            network.cutAfter(WRITE, 1);
            var written = guest.client().startWrite(file, i, new byte[] {(byte) ('0' + i)});
            server.restart();
            written.await().ok();
            server.endGrace();
        }
        assertThat(guest.content(file)).isEqualTo("01234");
    }

    @Test
    void aClientWhoseLeaseEndedOpensItsFilesAgain() {
        var file = guest.file("a", "text");
        server.expireClients();
        assertThat(guest.content(file)).isEqualTo("text");
        guest.client().write(file, 0, "more".getBytes(UTF_8)).ok();
    }

    @Test
    void aFileThatWasTakenAwayIsOpenedAgain() {
        var file = guest.file("a", "text");
        server.revoke("a");
        assertThat(guest.content(file)).isEqualTo("text");
    }

    @Test
    void theLeaseIsRenewedWhenNothingIsAsked() throws Exception {
        var before = server.executed(SEQUENCE);
        guest.session().lease(Duration.ofSeconds(1).toNanos());
        Awaitility.await().until(() -> server.executed(SEQUENCE) >= before + 2);
    }
}
