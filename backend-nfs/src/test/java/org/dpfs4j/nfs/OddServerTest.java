package org.dpfs4j.nfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.dpfs4j.wire.Protocol.ROOT_ID;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.dpfs4j.client.Seen;
import org.dpfs4j.nfsserver.MockServer;
import org.dpfs4j.nfsserver.Nfs;
import org.dpfs4j.wire.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server may grant little, give less than it was asked for and change its mind; guests do not notice. */
class OddServerTest extends MockStand {
    private static final int NAMES = 300;
    private static final int CONTENT_BYTES = 100_000;
    private static final int AUTH_TOO_WEAK = 5;

    /** A guest of a server that {@code odd} has made so. */
    private void start(Consumer<MockServer> odd) throws Exception {
        odd.accept(server);
        start();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void fewSlotsAreEnough(int slots) throws Exception {
        start(odd -> odd.grantSlots(slots));
        everythingWorks();
    }

    @ParameterizedTest
    @ValueSource(ints = {4096, 8192})
    void smallChannelsAreEnough(int bytes) throws Exception {
        start(odd -> odd.grantBytes(bytes));
        everythingWorks();
    }

    @Test
    void eightOperationsAreEnough() throws Exception {
        start(odd -> odd.grantOperations(8));
        everythingWorks();
    }

    @Test
    void noBackchannelIsFine() throws Exception {
        start(odd -> odd.grantBackchannel(false));
        everythingWorks();
    }

    @Test
    void minorVersionOneIsFine() throws Exception {
        start(odd -> odd.minorVersion(1));
        everythingWorks();
    }

    @Test
    void smallReadsAndWritesAreFine() throws Exception {
        start(odd -> odd.grantData(4096, 4096));
        everythingWorks();
    }

    @Test
    void lessThanWasAskedForIsGoneOnWith() throws Exception {
        start(odd -> odd.shortData(1000, 700));
        everythingWorks();
    }

    @Test
    void writesThatAreStableAtOnceNeedNoCommit() throws Exception {
        start(MockServer::stableWrites);
        everythingWorks();
    }

    @Test
    void cookiesOfTheUpperHalfAreListed() throws Exception {
        start(MockServer::hugeCookies);
        everythingWorks();
    }

    @Test
    void repliesInAnyOrderFindTheirRequests() throws Exception {
        start();
        network.reverseReplies(true);
        everythingWorks();
    }

    @Test
    void repliesInFragmentsOfOneByteAreWhole() throws Exception {
        start();
        network.fragmentReplies(1);
        everythingWorks();
    }

    @Test
    void repliesInSegmentsOfSevenBytesAreWhole() throws Exception {
        start();
        network.segmentReplies(7);
        everythingWorks();
    }

    @Test
    void aServerThatTakesSlotsBackAndGivesThemAgainIsObeyed() throws Exception {
        start();
        for (int target : new int[] {0, 5, 0, -1}) {
            server.targetSlot(target);
            writesSideBySide("target" + target);
        }
    }

    @Test
    void whatTheServerLosesBeforeItIsCommittedIsWrittenAgain() throws Exception {
        start();
        var file = guest.file("a", "text");
        server.loseUncommitted();
        guest.client().fsync(file, false).ok();
        assertThat(new String(server.content("a"), UTF_8)).isEqualTo("text");
        guest.client().write(file, 4, "more".getBytes(UTF_8)).ok();
        server.loseUncommitted();
        guest.client().write(file, 8, "last".getBytes(UTF_8)).ok();
        guest.client().flush(file).ok();
        assertThat(new String(server.content("a"), UTF_8)).isEqualTo("textmorelast");
    }

    @Test
    void whatARestartLosesBeforeItIsCommittedIsWrittenAgain() throws Exception {
        start();
        var file = guest.file("a", "text");
        server.restart();
        server.endGrace();
        guest.client().fsync(file, false).ok();
        assertThat(new String(server.content("a"), UTF_8)).isEqualTo("text");
    }

    @Test
    void nothingIsGivenUpForALeaseThatHasEnded() throws Exception {
        start();
        var file = guest.file("a", "text");
        server.fail(Nfs.COMMIT, Nfs.ERR_EXPIRED, 2);
        guest.client().fsync(file, false).ok();
        guest.client().write(file, 0, "more".getBytes(UTF_8)).ok();
        server.fail(Nfs.SEQUENCE, Nfs.ERR_EXPIRED, 1);
        guest.client().fsync(file, false).ok();
        assertThat(new String(server.content("a"), UTF_8)).isEqualTo("more");
    }

    @Test
    void aCallThatIsDeniedEndsNothingElse() throws Exception {
        start();
        server.deny(AUTH_TOO_WEAK, 1);
        var answer = guest.client().getattr(ROOT_ID);
        if (!answer.isOk()) {
            answer.fails(Errno.EACCES);
        }
        everythingWorks();
    }

    @Test
    void errorsOfTheServerAreTheGuests() throws Exception {
        start();
        var file = guest.file("a", "text");
        server.fail(Nfs.WRITE, Nfs.ERR_NOSPC, 1);
        guest.client().write(file, 0, new byte[10]).fails(Errno.ENOSPC);
        server.fail(Nfs.WRITE, Nfs.ERR_DQUOT, 1);
        guest.client().write(file, 0, new byte[10]).fails(Errno.EDQUOT);
        server.fail(Nfs.CREATE, Nfs.ERR_ROFS, 1);
        guest.client().mkdir(ROOT_ID, "d", 0755).fails(Errno.EROFS);
        server.fail(Nfs.GETATTR, Nfs.ERR_STALE, 1);
        guest.client().getattr(file).fails(Errno.ESTALE);
        assertThat(guest.content(file)).isEqualTo("text");
    }

    @Test
    void aNameThatGoesWhileItIsListedIsNoErrorOfTheListing() throws Exception {
        start();
        guest.file("a", "text");
        server.fail(Nfs.READDIR, Nfs.ERR_NOENT, 2);
        assertThat(guest.client().list(ROOT_ID)).hasSize(1);
        var directory = guest.client().opendir(ROOT_ID).ok();
        server.fail(Nfs.READDIR, Nfs.ERR_NOENT, 100);
        guest.client().readdir(directory, 0, 4096).fails(Errno.ENOENT);
    }

    @Test
    void callbacksAreAnswered() throws Exception {
        start();
        // CB_RECALL_ANY: keep nothing of read delegations; no delegation is held.
        byte[] any = ByteBuffer.allocate(12).putInt(0).putInt(1).putInt(1).array();
        assertThat(status(server.callBack(Nfs.CB_RECALL_ANY, any).get(10, TimeUnit.SECONDS)))
                .isZero();
        byte[] slot = ByteBuffer.allocate(4).putInt(3).array();
        assertThat(status(server.callBack(Nfs.CB_RECALL_SLOT, slot).get(10, TimeUnit.SECONDS)))
                .isZero();
        // Of a delegation that is nobody's: any answer will do.
        byte[] recall = new byte[16 + 4 + 4];
        assertThat(server.callBack(Nfs.CB_RECALL, recall)).succeedsWithin(Duration.ofSeconds(10));
        everythingWorks();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 0x200, 0x400, 0x8})
    void flagsOfTheServerAreNoReasonToStop(int flag) throws Exception {
        start();
        server.statusFlags(flag);
        var file = guest.file("a", "text");
        assertThat(guest.content(file)).isEqualTo("text");
        server.statusFlags(0);
        everythingWorks();
    }

    @Test
    void whoDoesNotWaitForEverGetsAnErrorAndIsServedAfterwards() throws Exception {
        start(Configs.of(network.port(), "/", Duration.ofSeconds(1)));
        network.blackHole(true);
        guest.client().getattr(ROOT_ID).fails(Errno.EIO);
        network.blackHole(false);
        for (int attempt = 0; !guest.client().getattr(ROOT_ID).isOk(); attempt++) {
            assertThat(attempt).as("attempts").isLessThan(20);
        }
    }

    /** Status of COMPOUND in the reply to a callback: behind REPLY, accepted, verifier, success. */
    private static int status(byte[] reply) {
        return ByteBuffer.wrap(reply).getInt(20);
    }

    private void everythingWorks() {
        var client = guest.client();
        long directory = client.mkdir(ROOT_ID, "directory", 0755).ok().nodeId();
        for (int name = 0; name < NAMES; name++) {
            client.release(client.create(directory, "name" + name, 0644).ok().opened())
                    .ok();
        }
        assertThat(client.list(directory)).hasSize(NAMES);
        client.rename(directory, "name0", ROOT_ID, "moved").ok();
        client.unlink(directory, "name1").ok();
        client.link(client.lookup(directory, "name2").ok().nodeId(), ROOT_ID, "linked")
                .ok();
        client.symlink(ROOT_ID, "symlink", "target".getBytes(UTF_8)).ok();
        var file = client.create(ROOT_ID, "content", 0644).ok().opened();
        var content = new byte[CONTENT_BYTES];
        new Random(1).nextBytes(content);
        assertThat(client.write(file, 0, content).ok()).isEqualTo(content.length);
        assertThat(client.read(file, 0, content.length).ok()).isEqualTo(content);
        client.fsync(file, false).ok();
        assertThat(server.content("content")).isEqualTo(content);
        client.release(file).ok();
        writesSideBySide("beside");
    }

    private void writesSideBySide(String name) {
        var client = guest.client();
        Seen.Opened file = client.create(ROOT_ID, name, 0644).ok().opened();
        var content = new byte[64 * 64];
        new Random(2).nextBytes(content);
        var under = new ArrayList<Runnable>();
        for (int part = 0; part < 64; part++) {
            var bytes = Arrays.copyOfRange(content, 64 * part, 64 * part + 64);
            var pending = client.startWrite(file, 64L * part, bytes);
            under.add(() -> pending.await().ok());
        }
        under.forEach(Runnable::run);
        assertThat(client.read(file, 0, content.length).ok()).isEqualTo(content);
        client.release(file).ok();
    }
}
