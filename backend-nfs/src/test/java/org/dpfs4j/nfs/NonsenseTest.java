package org.dpfs4j.nfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.dpfs4j.nfsserver.Malformation.TRUNCATED;
import static org.dpfs4j.wire.Protocol.ROOT_ID;

import org.awaitility.Awaitility;
import org.dpfs4j.nfsserver.Nfs;
import org.dpfs4j.tck.Locking;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.OpenFlags;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A reply that makes no sense leaves nothing taken, barred or kept behind, whatever it was to be the answer to. */
class NonsenseTest extends MockGuestTest {
    private static final long OWNER = 1;
    private static final long OTHER = 2;

    @AfterEach
    void nothingIsLeft() {
        var file = guest.file("last", "text");
        guest.client().release(file).ok();
        guest.client().syncfs(ROOT_ID).ok();
        assertThat(((NfsShare) guest.fixture().share()).retained().usedBytes()).isZero();
    }

    private String stored() {
        return new String(server.content("a"), UTF_8);
    }

    @Test
    void dataIsCommittedOnceMore() {
        var file = guest.file("a", "text");
        server.malform(TRUNCATED, Nfs.COMMIT, 1);
        guest.client().fsync(file, false).ok();
        server.loseUncommitted();
        assertThat(stored()).isEqualTo("text");
    }

    @Test
    void dataThatCannotBeCommittedIsAnErrorOnce() {
        var file = guest.file("a", "text");
        server.malform(TRUNCATED, Nfs.COMMIT, 4);
        guest.client().fsync(file, false).fails(Errno.EIO);
        guest.client().write(file, 0, "more".getBytes(UTF_8)).ok();
        guest.client().fsync(file, false).ok();
        assertThat(stored()).isEqualTo("more");
    }

    @Test
    void lostDataIsWrittenOnceMore() {
        var file = guest.file("a", "text");
        server.loseUncommitted();
        server.malform(TRUNCATED, Nfs.WRITE, 1);
        guest.client().fsync(file, false).ok();
        assertThat(stored()).isEqualTo("text");
    }

    @Test
    void lostDataThatCannotBeWrittenBarsNobody() {
        var file = guest.file("a", "text");
        server.loseUncommitted();
        server.malform(TRUNCATED, Nfs.WRITE, 4);
        guest.client().fsync(file, false).fails(Errno.EIO);
        guest.client().write(file, 0, "more".getBytes(UTF_8)).ok();
        guest.client().fsync(file, false).ok();
        assertThat(stored()).isEqualTo("more");
    }

    @Test
    void aWriteThatFailsLetsTheNextOnePass() {
        var file = guest.file("a", "");
        server.malform(TRUNCATED, Nfs.WRITE, 1);
        guest.client().write(file, 0, "text".getBytes(UTF_8)).fails(Errno.EIO);
        guest.client().write(file, 0, "more".getBytes(UTF_8)).ok();
        guest.client().fsync(file, false).ok();
        assertThat(stored()).isEqualTo("more");
    }

    @ParameterizedTest
    @ValueSource(ints = {Nfs.GETATTR, Nfs.WRITE})
    void anAppendThatFailsLetsTheNextOnePass(int operation) {
        var file = guest.client()
                .create(ROOT_ID, "a", 0644, OpenFlags.WRONLY | OpenFlags.APPEND)
                .ok()
                .opened();
        server.malform(TRUNCATED, operation, 1);
        guest.client().startAppend(file, "text".getBytes(UTF_8)).await().fails(Errno.EIO);
        guest.client().startAppend(file, "more".getBytes(UTF_8)).await().ok();
        assertThat(stored()).endsWith("more");
        guest.client().fsync(file, false).ok();
    }

    @Test
    void aFileThatWasTakenAwayIsOpenedOnceMore() {
        var file = guest.file("a", "text");
        server.revoke("a");
        server.malform(TRUNCATED, Nfs.OPEN, 1);
        assertThat(guest.content(file)).isEqualTo("text");
    }

    @Test
    void aFileThatCannotBeOpenedAgainIsAnError() {
        var file = guest.file("a", "text");
        guest.client().fsync(file, false).ok();
        server.revoke("a");
        server.malform(TRUNCATED, Nfs.OPEN, 4);
        guest.client().read(file, 0, 4).fails(Errno.EIO);
        guest.client().write(file, 0, new byte[1]).fails(Errno.EIO);
        guest.client().release(file).ok();
        var again = guest.client().open(file.nodeId(), OpenFlags.RDWR).ok();
        assertThat(guest.content(again)).isEqualTo("text");
    }

    @Test
    void aLockIsAskedForOnceMore() {
        var file = guest.file("a", "");
        server.malform(TRUNCATED, Nfs.LOCK, 1);
        guest.client().setlk(file, Locking.write(OWNER, 0, 9)).ok();
        guest.client().setlk(file, Locking.write(OTHER, 0, 9)).fails(Errno.EAGAIN);
        server.malform(TRUNCATED, Nfs.LOCKU, 1);
        guest.client().setlk(file, Locking.none(OWNER, 0, 9)).ok();
        guest.client().setlk(file, Locking.write(OTHER, 0, 9)).ok();
    }

    @Test
    void aLockThatFailsLetsTheNextOnePass() {
        var file = guest.file("a", "");
        server.malform(TRUNCATED, Nfs.LOCK, 4);
        guest.client().setlk(file, Locking.write(OWNER, 0, 9)).fails(Errno.ENOLCK);
        guest.client().setlk(file, Locking.write(OWNER, 0, 9)).ok();
        server.malform(TRUNCATED, Nfs.LOCKU, 4);
        guest.client().setlk(file, Locking.none(OWNER, 0, 9)).ok();
        guest.client().setlk(file, Locking.write(OTHER, 0, 9)).ok();
        guest.client().release(file).ok();
        Awaitility.await().until(() -> server.states() == 0);
    }

    @Test
    void whatWasOpenedInVainIsClosed() {
        var node = guest.file("a", "text");
        guest.client().fsync(node, false).ok();
        guest.client().release(node).ok();
        server.malform(TRUNCATED, Nfs.GETATTR, 1);
        guest.client().open(node.nodeId(), OpenFlags.RDWR).fails(Errno.EIO);
        server.malform(TRUNCATED, Nfs.GETATTR, 1);
        guest.client().create(ROOT_ID, "b", 0644).fails(Errno.EIO);
        Awaitility.await().until(() -> server.states() == 0);
    }

    @Test
    void claimsAreMadeOnceMore() {
        var file = guest.file("a", "text");
        guest.client().setlk(file, Locking.write(OWNER, 0, 9)).ok();
        for (int operation : new int[] {Nfs.OPEN, Nfs.LOCK, Nfs.SEQUENCE, Nfs.EXCHANGE_ID, Nfs.CREATE_SESSION}) {
            server.malform(TRUNCATED, operation, 1);
            server.restart();
            assertThat(guest.content(file)).isEqualTo("text");
            guest.client().setlk(file, Locking.write(OTHER, 0, 9)).fails(Errno.EAGAIN);
        }
        assertThat(server.locks()).isEqualTo(1);
    }

    @Test
    void aLargeReadIsAnsweredOnce() {
        var file = guest.file("a", "");
        guest.client().write(file, 0, new byte[1 << 20]).ok();
        server.malform(TRUNCATED, Nfs.READ, 2);
        guest.client().read(file, 0, 1 << 20).fails(Errno.EIO);
        while (!guest.client().read(file, 0, 1 << 20).isOk()) {
            assertThat(guest.session().malformedCount()).isLessThan(3);
        }
    }
}
