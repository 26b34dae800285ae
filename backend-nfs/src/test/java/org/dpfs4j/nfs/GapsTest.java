package org.dpfs4j.nfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.dpfs4j.nfsserver.Malformation.TRUNCATED;
import static org.dpfs4j.wire.Protocol.ROOT_ID;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.dpfs4j.client.Seen;
import org.dpfs4j.nfsserver.Nfs;
import org.dpfs4j.tck.Answer;
import org.dpfs4j.tck.Client;
import org.dpfs4j.tck.Locking;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.OpenFlags;
import org.junit.jupiter.api.Test;

/** What is rare: a file system that moves, sessions that outlive a restart, replies that nobody waits for any more. */
class GapsTest extends MockStand {
    private static final int LEASE_MOVED = 10031;
    private static final int FLAG_LEASE_MOVED = 0x80;
    private static final int FLAG_RECLAIM_NEEDED = 0x100;
    private static final long OWNER = 1;
    private static final long OTHER = 2;
    private static final long SOON_SECONDS = 60;

    /** A guest that waits for a second. */
    private Client startImpatient() throws Exception {
        var second = Duration.ofSeconds(1);
        return start(Configs.of(network.port(), "/", second, second));
    }

    @Test
    void whereAFileSystemHasMovedIsSaidOnce() throws Exception {
        var client = start();
        var file = guest.file("a", "text");
        server.locations("one.example.org", "two.example.org");
        try (var log = new LogLines("org.dpfs4j.nfs.v4.Moves")) {
            server.fail(Nfs.READ, Nfs.ERR_MOVED, 2);
            client.read(file, 0, 4).fails(Errno.EREMOTE);
            client.read(file, 0, 4).fails(Errno.EREMOTE);
            Awaitility.await()
                    .untilAsserted(() -> assertThat(log.lines("one.example.org:/moved, two.example.org:/moved"))
                            .hasSize(1));
            assertThat(log.lines("moved a file system")).hasSize(1);
        }
        assertThat(guest.content(file)).isEqualTo("text");
    }

    @Test
    void aFileSystemThatMovesNowhereIsNoReasonToHang() throws Exception {
        var client = start();
        var file = guest.file("a", "text");
        server.fail(Nfs.COMMIT, Nfs.ERR_MOVED, 1);
        client.fsync(file, false).fails(Errno.EREMOTE);
        server.fail(Nfs.GETATTR, LEASE_MOVED, 2); // the first may be asked where it has moved
        client.getattr(file).fails(Errno.EREMOTE);
        server.statusFlags(FLAG_LEASE_MOVED);
        server.fail(Nfs.GETATTR, Nfs.ERR_MOVED, Integer.MAX_VALUE);
        client.getattr(ROOT_ID).fails(Errno.EREMOTE);
        client.lookup(ROOT_ID, "a").fails(Errno.EREMOTE);
    }

    @Test
    void whatIsOpenIsClaimedWhenSessionsHaveOutlivedARestart() throws Exception {
        var client = start();
        var beside = guest.fixture().attach(guest.fixture().share(), 1);
        var file = guest.file("a", "text");
        client.setlk(file, Locking.write(OWNER, 0, 9)).ok();
        assertThat(beside.read(file, 0, 4).ok()).hasSize(4);
        server.restartKeepingSessions();
        var asking = CompletableFuture.runAsync(() -> beside.read(file, 0, 4).ok());
        assertThat(guest.content(file)).isEqualTo("text");
        asking.join();
        assertThat(server.locks()).isEqualTo(1);
        client.setlk(file, Locking.write(OTHER, 5, 5)).fails(Errno.EAGAIN);
        client.setlk(file, Locking.none(OWNER, 0, 9)).ok();
        client.release(file).ok();
        Awaitility.await().until(() -> server.states() == 0);
        assertThat(server.sessions()).isEqualTo(2);
    }

    @Test
    void whatWasUnderWayWhenSessionsOutliveARestartIsDoneOnce() throws Exception {
        var client = start();
        var file = guest.file("a", "text");
        network.cutAfter(Nfs.CREATE, 1);
        network.refuse(true);
        var made = CompletableFuture.runAsync(
                () -> client.mkdir(ROOT_ID, "d", 0755).ok());
        Awaitility.await().until(() -> server.executed(Nfs.CREATE) == 1);
        server.restartKeepingSessions();
        network.refuse(false);
        made.join();
        assertThat(server.executed(Nfs.CREATE)).isEqualTo(1);
        assertThat(guest.content(file)).isEqualTo("text");
    }

    @Test
    void aServerThatAsksForClaimsWithoutEndIsNotObeyedForEver() throws Exception {
        var client = start();
        var file = guest.file("a", "text");
        server.statusFlags(FLAG_RECLAIM_NEEDED);
        for (int i = 0; i < 10; i++) {
            assertThat(guest.content(file)).isEqualTo("text");
        }
        client.mkdir(ROOT_ID, "d", 0755).ok();
    }

    @Test
    void whatWasOpenedByAReplyThatCannotBeReadIsClosed() throws Exception {
        var client = start();
        var file = guest.file("a", "text");
        client.release(file).ok();
        server.malform(TRUNCATED, Nfs.OPEN, 1);
        client.open(file.nodeId(), OpenFlags.RDWR).fails(Errno.EIO);
        Awaitility.await().until(() -> server.states() == 0);
        server.malform(TRUNCATED, Nfs.OPEN, 1);
        client.create(ROOT_ID, "b", 0644).fails(Errno.EIO);
        Awaitility.await().until(() -> server.states() == 0);
        assertThat(server.exists("b")).isTrue();
    }

    @Test
    void whatWasOpenedWhenNobodyWaitedAnyMoreIsClosed() throws Exception {
        var client = startImpatient();
        var file = guest.file("a", "text");
        client.fsync(file, false).ok();
        server.silent(true);
        client.open(file.nodeId(), OpenFlags.RDWR).fails(Errno.EIO);
        client.create(ROOT_ID, "b", 0644).fails(Errno.EIO);
        assertThat(server.states()).isGreaterThan(1);
        server.silent(false);
        Awaitility.await().until(() -> server.states() == 1);
        Awaitility.await().until(() -> client.release(file).isOk());
        Awaitility.await().until(() -> server.states() == 0);
    }

    @Test
    void dataThatIsNotCommittedInTimeIsAnErrorAndKept() throws Exception {
        var client = startImpatient();
        var file = guest.file("a", "text");
        network.blackHole(true);
        client.fsync(file, false).fails(Errno.EIO);
        client.flush(file).fails(Errno.EIO);
        server.loseUncommitted();
        assertThat(server.content("a")).isEmpty();
        network.blackHole(false);
        Awaitility.await().until(() -> new String(server.content("a"), UTF_8).equals("text"));
        Awaitility.await().until(() -> client.fsync(file, false).isOk());
        assertThat(((NfsShare) guest.fixture().share()).retained().usedBytes()).isZero();
    }

    @Test
    void dataOfAClosedFileIsKeptToo() throws Exception {
        var client = startImpatient();
        var file = guest.file("a", "text");
        network.blackHole(true);
        client.release(file).ok();
        server.loseUncommitted();
        network.blackHole(false);
        Awaitility.await().until(() -> new String(server.content("a"), UTF_8).equals("text"));
        Awaitility.await().until(() -> server.states() == 0);
    }

    @Test
    void aFileThatMayNotBeThereIsMadeOnceThoughTheSessionIsLost() throws Exception {
        var client = start();
        network.cutAfter(Nfs.OPEN, 1);
        network.refuse(true);
        var made = CompletableFuture.supplyAsync(() -> create(client, "a").ok());
        Awaitility.await().until(() -> server.executed(Nfs.OPEN) == 1);
        server.forgetSessions();
        network.refuse(false);
        var file = made.join().opened();
        client.write(file, 0, "text".getBytes(UTF_8)).ok();
        create(client, "a").fails(Errno.EEXIST);
        client.release(file).ok();
        Awaitility.await().until(() -> server.states() == 0);
    }

    @Test
    void aFileThatWasMadeExclusivelyHasTimesOfItsOwn() throws Exception {
        var client = start();
        var attributes = create(client, "a").ok().entry().attributes();
        var now = System.currentTimeMillis() / 1000;
        assertThat(attributes.mtime().seconds()).isBetween(now - SOON_SECONDS, now + SOON_SECONDS);
        assertThat(attributes.atime().seconds()).isBetween(now - SOON_SECONDS, now + SOON_SECONDS);
    }

    private static Answer<Seen.Created> create(Client client, String name) {
        return client.create(ROOT_ID, name, 0644, OpenFlags.RDWR | OpenFlags.CREAT | OpenFlags.EXCL);
    }
}
