package org.dpfs4j.nfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.dpfs4j.wire.Protocol.ROOT_ID;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Random;
import org.awaitility.Awaitility;
import org.dpfs4j.client.Seen;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.nfsserver.FaultProxy;
import org.dpfs4j.nfsserver.MockServer;
import org.dpfs4j.nfsserver.Nfs;
import org.dpfs4j.nfsserver.TestAuthority;
import org.dpfs4j.tck.Locking;
import org.dpfs4j.tck.Pending;
import org.dpfs4j.wire.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A session of several connections: all are used, each may go, and a server may want fewer. */
class ConnectionsTest extends MockStand {
    private static final int LARGE = 64 << 10;
    private static final int SMALL = 512;
    private static final int REQUESTS = 24;
    private static final long OWNER = 1;
    private static final long OTHER = 2;

    ConnectionsTest() {
        super(1);
    }

    private void start(int connections) throws Exception {
        start(Configs.of(network.port(), "/", connections, null));
    }

    /** As above, with all of them there. */
    private void startAll(int connections) throws Exception {
        start(connections);
        await(connections);
    }

    private void await(int connections) {
        Awaitility.await()
                .until(() -> server.connected() == connections
                        && server.executed(Nfs.BIND_CONN_TO_SESSION) >= connections - 1);
    }

    private Pending<?>[] writes(Seen.Opened file, int bytes) {
        var under = new Pending<?>[REQUESTS];
        for (int i = 0; i < REQUESTS; i++) {
            var data = new byte[bytes];
            new Random(i).nextBytes(data);
            under[i] = guest.client().startWrite(file, (long) i * bytes, data);
        }
        return under;
    }

    private void finish(Seen.Opened file, int bytes, Pending<?>[] under) {
        for (var each : under) {
            each.await().ok();
        }
        for (int i = 0; i < REQUESTS; i++) {
            var data = new byte[bytes];
            new Random(i).nextBytes(data);
            assertThat(guest.client().read(file, (long) i * bytes, bytes).ok()).isEqualTo(data);
        }
    }

    private void everythingWorks() {
        var file = guest.file("all" + server.files(), "");
        finish(file, LARGE, writes(file, LARGE));
        finish(file, SMALL, writes(file, SMALL));
        guest.client().fsync(file, false).ok();
        guest.client().release(file).ok();
    }

    @Test
    void largeRequestsAreSpreadOverAllButTheFirst() throws Exception {
        startAll(3);
        var file = guest.file("a", "");
        server.delayReplies(30);
        var under = writes(file, LARGE);
        guest.client().getattr(ROOT_ID).ok();
        finish(file, LARGE, under);
        assertThat(server.executedOnEach(Nfs.WRITE).getFirst()).isZero();
        assertThat(server.executedOnEach(Nfs.READ).getFirst()).isZero();
        assertThat(server.executedOnEach(Nfs.WRITE).subList(1, 3)).allMatch(count -> count > REQUESTS / 4);
        assertThat(server.executedOnEach(Nfs.GETATTR).getFirst()).isPositive();
        assertThat(server.sessions()).isEqualTo(1);
    }

    @Test
    void smallRequestsAreSpreadOverAll() throws Exception {
        startAll(3);
        var file = guest.file("a", "");
        server.delayReplies(30);
        finish(file, SMALL, writes(file, SMALL));
        assertThat(server.executedOnEach(Nfs.WRITE)).hasSize(3).allMatch(count -> count > REQUESTS / 6);
    }

    @Test
    void eachLaneHasItsOwn() throws Exception {
        try (var two = new Lanes(2, IoMode.AUTO);
                var both = new Guest(two, Configs.of(network.port(), "/", 2, null), scratch)) {
            var file = both.file("a", "text");
            var beside = both.fixture().attach(both.fixture().share(), 1);
            assertThat(new String(beside.read(file, 0, 10).ok(), UTF_8)).isEqualTo("text");
            Awaitility.await().until(() -> server.connected() == 4);
            assertThat(server.sessions()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void whatIsUnderWayOnOneThatIsCutGoesOnOnTheOther(int cut) throws Exception {
        server.requireBinding();
        startAll(2);
        var file = guest.file("a", "");
        server.delayReplies(100);
        var under = writes(file, cut == 0 ? SMALL : LARGE);
        network.refuse(true);
        Awaitility.await().until(() -> server.executedOnEach(Nfs.WRITE).get(cut) > 0);
        server.cut(cut);
        server.delayReplies(0);
        finish(file, cut == 0 ? SMALL : LARGE, under);
        guest.client().mkdir(ROOT_ID, "d", 0755).ok();
        assertThat(server.connected()).isEqualTo(1);
        network.refuse(false);
        Awaitility.await().until(() -> server.connected() == 2);
        everythingWorks();
        assertThat(server.sessions()).isEqualTo(1);
        assertThat(server.executed(Nfs.CREATE)).isEqualTo(1);
    }

    @Test
    void allThatAreCutAreBoundAgain() throws Exception {
        server.requireBinding();
        startAll(3);
        for (int time = 0; time < 3; time++) {
            network.cut();
            everythingWorks();
            Awaitility.await().until(() -> server.connected() == 3);
        }
        assertThat(server.sessions()).isEqualTo(1);
    }

    @Test
    void theServerCallsOnOneThatLives() throws Exception {
        startAll(2);
        assertThat(server.callBack(Nfs.CB_RECALL_ANY, new byte[12])).succeedsWithin(Duration.ofSeconds(10));
        var bound = server.executed(Nfs.BIND_CONN_TO_SESSION);
        server.cut(0);
        Awaitility.await().until(() -> server.executed(Nfs.BIND_CONN_TO_SESSION) > bound);
        assertThat(server.callBack(Nfs.CB_RECALL_ANY, new byte[12])).succeedsWithin(Duration.ofSeconds(10));
    }

    @ParameterizedTest
    @ValueSource(ints = {Nfs.ERR_INVAL, Nfs.ERR_NOTSUPP, Nfs.ERR_BADSESSION, Nfs.ERR_SERVERFAULT})
    void aServerThatBindsNoMoreIsServedByOne(int status) throws Exception {
        server.fail(Nfs.BIND_CONN_TO_SESSION, status, Integer.MAX_VALUE);
        try (var log = new LogLines("org.dpfs4j.nfs.v4.Client")) {
            start(3);
            everythingWorks();
            Awaitility.await().until(() -> server.accepted() >= 3 && server.connected() == 1);
            network.cut();
            everythingWorks();
            assertThat(log.lines("does not give each session 3 connections")).hasSize(1);
        }
    }

    @Test
    void aServerThatIsTooBusyToBindIsAskedAgain() throws Exception {
        server.requireBinding();
        server.fail(Nfs.BIND_CONN_TO_SESSION, Nfs.ERR_DELAY, 2);
        startAll(2);
        everythingWorks();
    }

    @Test
    void aServerThatTakesFewerIsServedByThese() throws Exception {
        server.grantConnections(2);
        try (var log = new LogLines("org.dpfs4j.nfs.v4.Client")) {
            start(4);
            everythingWorks();
            Awaitility.await()
                    .untilAsserted(() -> assertThat(log.lines("does not give each session 4 connections"))
                            .hasSize(1));
            assertThat(server.connected()).isLessThanOrEqualTo(2);
        }
    }

    @Test
    void aForgottenSessionIsReplacedWithAllOfThem() throws Exception {
        server.requireBinding();
        startAll(3);
        var file = guest.file("a", "text");
        server.forgetSessions();
        assertThat(guest.content(file)).isEqualTo("text");
        Awaitility.await().until(() -> server.connected() == 3);
        everythingWorks();
        assertThat(server.sessions()).isEqualTo(1);
    }

    @Test
    void openFilesAndLocksOutliveARestart() throws Exception {
        startAll(3);
        var files = new ArrayList<Seen.Opened>();
        for (int i = 0; i < 10; i++) {
            files.add(guest.file("f" + i, "text" + i));
            guest.client().setlk(files.get(i), Locking.write(OWNER, 0, 9)).ok();
        }
        server.restart();
        for (int i = 0; i < 10; i++) {
            assertThat(guest.content(files.get(i))).isEqualTo("text" + i);
            guest.client().setlk(files.get(i), Locking.write(OTHER, 5, 5)).fails(Errno.EAGAIN);
        }
        everythingWorks();
    }

    @Test
    void guestsThatDoNotWaitForEverAreToldAndServedAfterwards() throws Exception {
        var config = Configs.of(network.port(), "/", 2, null).connection();
        start(Configs.of(config, "/", Duration.ofSeconds(1)));
        await(2);
        network.blackHole(true);
        guest.client().getattr(ROOT_ID).fails(Errno.EIO);
        network.blackHole(false);
        Awaitility.await().until(() -> guest.client().getattr(ROOT_ID).isOk());
        everythingWorks();
    }

    @Test
    void allAreEncrypted() throws Exception {
        var authority = new TestAuthority();
        var encrypted = MockServer.start(authority.serverAt("127.0.0.1"));
        serveInstead(encrypted, FaultProxy.ofBytesTo(encrypted.address()));
        start(Configs.of(network.port(), "/", 3, Configs.tls(authority, scratch)));
        await(3);
        everythingWorks();
        network.cut();
        everythingWorks();
    }

    @Test
    void moreThanSixteenMakeNoSense() {
        assertThatIllegalArgumentException().isThrownBy(() -> Configs.of(1, "/", 17, null));
        assertThatIllegalArgumentException().isThrownBy(() -> Configs.of(1, "/", 0, null));
    }
}
