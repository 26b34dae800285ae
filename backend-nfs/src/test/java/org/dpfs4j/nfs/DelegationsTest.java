package org.dpfs4j.nfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.dpfs4j.wire.Protocol.ROOT_ID;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.dpfs4j.client.Seen;
import org.dpfs4j.nfsserver.Nfs;
import org.dpfs4j.tck.Client;
import org.dpfs4j.tck.Locking;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.OpenReplyFlags;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A server's promise to ask first saves asking the server, and nobody sees less of others' changes for it. Why this file is
 * long: a delegation has many ends.
 */
class DelegationsTest extends MockStand {
    private static final int MANY = 100;
    private static final int ALICE = 1000;
    private static final int BOB = 1001;
    private static final long OWNER = 1;
    private static final long OTHER = 2;
    private static final int CALLBACK_PATH_DOWN = 1;

    private Client client;

    /** A guest that may hold so many delegations, of a server with one file. */
    private void start(int delegationsMax) throws Exception {
        start(delegationsMax, Duration.ZERO);
    }

    private void start(int delegationsMax, Duration giveUpAfter) throws Exception {
        server.grantDelegations(true);
        server.put("a", "before".getBytes(UTF_8));
        client = start(Configs.delegated(network.port(), "/", giveUpAfter, delegationsMax));
    }

    private Delegations delegations() {
        return ((NfsShare) guest.fixture().share()).delegations();
    }

    /** Another device of ours, which is another client for the server. */
    private Client other() {
        return guest.fixture().attach(guest.fixture().openShare(), 1);
    }

    private static long node(Client of, String name) {
        return of.lookup(ROOT_ID, name).ok().nodeId();
    }

    private static Seen.Opened open(Client by, long node) {
        return by.open(node, OpenFlags.RDONLY).ok();
    }

    /** What a program reads that opens a file, reads it and closes it. */
    private static String content(Client of, String name) {
        var file = open(of, node(of, name));
        var content = new String(of.read(file, 0, 4096).ok(), UTF_8);
        of.release(file).ok();
        return content;
    }

    /** What a program does that opens a file, writes to it and closes it. */
    private static void write(Client by, String name, String text) {
        var file = by.open(node(by, name), OpenFlags.WRONLY).ok();
        by.write(file, 0, text.getBytes(UTF_8)).ok();
        by.flush(file).ok();
        by.release(file).ok();
    }

    private static boolean keepsCache(Seen.Opened file) {
        return (file.flags() & OpenReplyFlags.KEEP_CACHE) != 0;
    }

    @Test
    void openingAgainNeedsNoServer() throws Exception {
        start(MANY);
        assertThat(content(client, "a")).isEqualTo("before");
        var node = node(client, "a");
        var asked = server.executed(Nfs.SEQUENCE);
        var file = open(client, node);
        assertThat(keepsCache(file)).isTrue();
        var second = open(client, node);
        assertThat(client.getattr(node).ok().sizeBytes()).isEqualTo(6);
        client.release(file).ok();
        client.release(second).ok();
        assertThat(server.executed(Nfs.OPEN)).isEqualTo(1);
        assertThat(server.executed(Nfs.CLOSE)).isZero();
        assertThat(server.executed(Nfs.SEQUENCE) - asked)
                .as("but for the lease")
                .isLessThanOrEqualTo(1);
    }

    @Test
    void onlyWhoTheServerLetReadOpensWithoutIt() throws Exception {
        start(MANY);
        var node = node(client, "a");
        client.actAs(ALICE, ALICE);
        client.release(open(client, node)).ok();
        client.actAs(BOB, BOB);
        server.fail(Nfs.OPEN, Nfs.ERR_ACCESS, 1);
        client.open(node, OpenFlags.RDONLY).fails(Errno.EACCES);
        client.actAs(ALICE, ALICE);
        client.release(open(client, node)).ok();
        assertThat(server.executed(Nfs.OPEN)).isEqualTo(1);
        client.actAs(BOB, BOB);
        client.release(open(client, node)).ok();
        client.release(open(client, node)).ok();
        assertThat(server.executed(Nfs.OPEN)).isEqualTo(2);
        assertThat(server.delegations()).isEqualTo(1);
    }

    @Test
    void whatOthersWriteIsSeenAtTheNextOpen() throws Exception {
        start(MANY);
        assertThat(content(client, "a")).isEqualTo("before");
        write(other(), "a", "afterwards");
        assertThat(delegations().recalledCount()).isEqualTo(1);
        var file = open(client, node(client, "a"));
        assertThat(keepsCache(file)).isFalse();
        assertThat(guest.content(file)).isEqualTo("afterwards");
        assertThat(client.getattr(file).ok().sizeBytes()).isEqualTo(10);
    }

    @Test
    void whatIsOpenOutlivesARecall() throws Exception {
        start(MANY);
        var node = node(client, "a");
        var first = open(client, node);
        var second = open(client, node);
        write(other(), "a", "afterwards");
        assertThat(guest.content(first)).isEqualTo("afterwards");
        client.release(first).ok();
        assertThat(guest.content(second)).isEqualTo("afterwards");
        client.release(second).ok();
        Awaitility.await().until(() -> server.states() == 0);
    }

    @Test
    void whatIsOpenForTheSakeOfADelegationOnlyIsClosedWithIt() throws Exception {
        start(MANY);
        content(client, "a");
        assertThat(server.states()).isEqualTo(2);
        server.recall("a").get(10, TimeUnit.SECONDS);
        Awaitility.await().until(() -> server.states() == 0);
        assertThat(server.executed(Nfs.DELEGRETURN)).isEqualTo(1);
        assertThat(delegations().grantedCount()).isEqualTo(1);
        assertThat(delegations().returnedCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theGuestsOwnWritesGiveItBackFirst(boolean recallsFromSelf) throws Exception {
        start(MANY);
        if (!recallsFromSelf) {
            server.recallFromOthersOnly();
        }
        content(client, "a");
        var node = node(client, "a");
        var writer = client.open(node, OpenFlags.RDWR).ok();
        assertThat(server.delegations()).isZero();
        client.write(writer, 0, "afterwards".getBytes(UTF_8)).ok();
        var reader = open(client, node);
        assertThat(server.delegations()).as("while it is being written").isZero();
        assertThat(client.getattr(node).ok().sizeBytes()).isEqualTo(10);
        assertThat(guest.content(reader)).isEqualTo("afterwards");
        client.release(writer).ok();
        client.release(reader).ok();
        content(client, "a");
        assertThat(server.delegations()).as("as before").isEqualTo(1);
        assertThat(delegations().recalledCount()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theGuestsOwnChangesAreSeenAtOnce(boolean recallsFromSelf) throws Exception {
        start(MANY);
        if (!recallsFromSelf) {
            server.recallFromOthersOnly();
        }
        var node = node(client, "a");
        client.release(open(client, node)).ok();
        client.truncate(node, 3).ok();
        assertThat(client.getattr(node).ok().sizeBytes()).isEqualTo(3);
        client.release(open(client, node)).ok();
        client.setxattr(node, "user.colour", "green".getBytes(UTF_8), 0).ok();
        assertThat(delegations().returnedCount()).isEqualTo(2);
        client.release(open(client, node)).ok();
        client.rename(ROOT_ID, "a", ROOT_ID, "b").ok();
        assertThat(delegations().returnedCount()).isEqualTo(3);
        node(client, "b");
        client.release(open(client, node)).ok();
        client.link(node, ROOT_ID, "c").ok();
        assertThat(client.getattr(node).ok().linkCount()).isEqualTo(2);
        client.release(open(client, node)).ok();
        assertThat(server.delegations()).as("of a file with two names").isZero();
        client.unlink(ROOT_ID, "b").ok();
        assertThat(client.getattr(node).ok().linkCount()).isEqualTo(1);
        assertThat(delegations().grantedCount()).isEqualTo(4);
        assertThat(delegations().recalledCount()).isZero();
    }

    @Test
    void aFileThatIsReplacedAndAFileThatIsRemovedAreGivenBack() throws Exception {
        start(MANY);
        server.put("new", "new".getBytes(UTF_8));
        content(client, "a");
        content(client, "new");
        client.rename(ROOT_ID, "new", ROOT_ID, "a").ok();
        assertThat(server.delegations()).isZero();
        assertThat(content(client, "a")).isEqualTo("new");
        assertThat(server.delegations()).isEqualTo(1);
        var held = open(client, node(client, "a"));
        client.unlink(ROOT_ID, "a").ok();
        assertThat(server.delegations()).isZero();
        assertThat(guest.content(held)).isEqualTo("new");
        client.release(held).ok();
        Awaitility.await().until(() -> server.states() == 0 && server.files() == 1);
        assertThat(delegations().recalledCount()).isZero();
    }

    @Test
    void theOneThatWasUsedLongestAgoGoesWhenThereAreTooMany() throws Exception {
        start(2);
        server.put("b", new byte[1]);
        server.put("c", new byte[1]);
        content(client, "a");
        content(client, "b");
        content(client, "a");
        content(client, "c");
        Awaitility.await().until(() -> server.states() == 4);
        var opens = server.executed(Nfs.OPEN);
        content(client, "a");
        assertThat(server.executed(Nfs.OPEN)).isEqualTo(opens);
        content(client, "b");
        assertThat(server.executed(Nfs.OPEN)).isEqualTo(opens + 1);
    }

    @Test
    void aServerThatWantsFewerGetsThem() throws Exception {
        start(MANY);
        server.put("b", new byte[1]);
        content(client, "a");
        content(client, "b");
        byte[] one = ByteBuffer.allocate(12).putInt(1).putInt(1).putInt(1).array();
        server.callBack(Nfs.CB_RECALL_ANY, one).get(10, TimeUnit.SECONDS);
        Awaitility.await().until(() -> server.delegations() == 1);
        var opens = server.executed(Nfs.OPEN);
        content(client, "b");
        assertThat(server.executed(Nfs.OPEN)).isEqualTo(opens);
    }

    @Test
    void aRecallThatIsFasterThanTheDelegationIsHonoured() throws Exception {
        start(MANY);
        var node = node(client, "a");
        server.delayReplies(300);
        var opened = CompletableFuture.supplyAsync(() -> open(client, node));
        Awaitility.await().until(() -> server.delegations() == 1);
        server.recall("a").get(10, TimeUnit.SECONDS);
        var file = opened.get(10, TimeUnit.SECONDS);
        server.delayReplies(0);
        Awaitility.await().until(() -> server.delegations() == 0);
        assertThat(delegations().grantedCount()).isZero();
        client.release(file).ok();
        Awaitility.await().until(() -> server.states() == 0);
    }

    @Test
    void aRestartOfTheServerEndsIt() throws Exception {
        start(MANY);
        var file = open(client, node(client, "a"));
        server.restart();
        server.change("a", "afterwards".getBytes(UTF_8));
        Awaitility.await().until(() -> delegations().returnedCount() == 1);
        assertThat(guest.content(file)).isEqualTo("afterwards");
        assertThat(client.getattr(file).ok().sizeBytes()).isEqualTo(10);
        assertThat(content(client, "a")).isEqualTo("afterwards");
        client.release(file).ok();
    }

    @Test
    void whatTheServerHasTakenAwayIsFreedThere() throws Exception {
        start(MANY);
        content(client, "a");
        server.revokeDelegations();
        server.change("a", "afterwards".getBytes(UTF_8));
        client.getattr(ROOT_ID).ok();
        assertThat(content(client, "a")).isEqualTo("afterwards");
        Awaitility.await().until(() -> server.delegations() == 0);
    }

    @Test
    void aConnectionThatEndsEndsThemAll() throws Exception {
        start(MANY);
        content(client, "a");
        network.cut();
        Awaitility.await().until(() -> server.delegations() == 0);
        Awaitility.await().until(() -> {
            content(client, "a");
            return server.delegations() == 1;
        });
    }

    @Test
    void nothingIsTrustedWhenTheServerHasNotBeenHeardForLong() throws Exception {
        server.leaseSeconds(3);
        start(MANY, Duration.ofSeconds(1));
        content(client, "a");
        var node = node(client, "a");
        network.blackHole(true);
        assertThat(client.getattr(node).isOk())
                .as("by what the server promised")
                .isTrue();
        Awaitility.await().until(() -> !client.getattr(node).isOk());
        network.blackHole(false);
        Awaitility.await().until(() -> client.getattr(node).isOk());
    }

    @Test
    void aServerThatCannotCallUsIsNotReliedOn() throws Exception {
        start(MANY);
        content(client, "a");
        server.statusFlags(CALLBACK_PATH_DOWN);
        client.getattr(ROOT_ID).ok();
        Awaitility.await().until(() -> server.delegations() == 0);
        content(client, "a");
        assertThat(server.delegations()).isZero();
        server.statusFlags(0);
    }

    @Test
    void withoutABackchannelNoneIsWanted() throws Exception {
        server.grantBackchannel(false);
        start(MANY);
        content(client, "a");
        content(client, "a");
        assertThat(server.executed(Nfs.OPEN)).isEqualTo(2);
        assertThat(server.executed(Nfs.DELEGRETURN)).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, MANY})
    void whatNobodyAskedForGoesBackAtOnce(int delegationsMax) throws Exception {
        server.insistOnDelegations();
        server.denyByDelegations();
        start(delegationsMax);
        content(client, "a");
        Awaitility.await().until(() -> server.states() == 0);
        content(client, "a");
        assertThat(server.executed(Nfs.OPEN)).isEqualTo(2);
        assertThat(delegations().grantedCount()).isZero();
    }

    @Test
    void aFileThatTheGuestForgetsIsGivenBack() throws Exception {
        start(MANY);
        content(client, "a");
        client.forget(node(client, "a"), 2);
        Awaitility.await().until(() -> server.states() == 0);
    }

    @Test
    void locksThroughOneOpenFileAreNotThoseOfAnother() throws Exception {
        start(MANY);
        var node = node(client, "a");
        var first = open(client, node);
        var second = open(client, node);
        client.setlk(first, Locking.read(OWNER, 0, 9)).ok();
        client.setlk(second, Locking.read(OTHER, 0, 9)).ok();
        var third = open(client, node);
        assertThat(server.executed(Nfs.OPEN)).isEqualTo(2);
        client.release(first).ok();
        assertThat(server.locks()).isEqualTo(1);
        client.release(second).ok();
        assertThat(server.locks()).isZero();
        client.release(third).ok();
        server.recall("a").get(10, TimeUnit.SECONDS);
        Awaitility.await().until(() -> server.states() == 0);
    }

    @Test
    void theEndOfADeviceGivesAllBack() throws Exception {
        start(MANY);
        content(client, "a");
        guest.close();
        guest = null;
        Awaitility.await().until(() -> server.states() == 0 && server.clients() == 0);
    }

    @Test
    void twoLanesShareWhatOneHasGot() throws Exception {
        start(MANY);
        var beside = guest.fixture().attach(guest.fixture().share(), 1);
        content(client, "a");
        Awaitility.await().until(() -> server.sessions() == 2);
        Awaitility.await().until(() -> {
            var opens = server.executed(Nfs.OPEN);
            content(beside, "a");
            return server.executed(Nfs.OPEN) == opens;
        });
    }
}
