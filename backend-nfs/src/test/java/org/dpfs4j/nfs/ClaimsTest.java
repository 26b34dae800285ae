package org.dpfs4j.nfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.dpfs4j.wire.Protocol.ROOT_ID;

import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.dpfs4j.client.Seen;
import org.dpfs4j.nfsserver.Nfs;
import org.dpfs4j.tck.Client;
import org.dpfs4j.tck.Locking;
import org.dpfs4j.wire.Errno;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was open and locked before a restart of the server is claimed completely, whatever the network does meanwhile. */
class ClaimsTest extends MockStand {
    private static final int FILES = 20;
    private static final long OWNER = 1;
    private static final long OTHER = 2;

    private Client beside;
    private final List<Seen.Opened> files = new ArrayList<>();

    /** A guest with files and locks, asking on two lanes. */
    @BeforeEach
    void startWithFiles() throws Exception {
        start();
        beside = guest.fixture().attach(guest.fixture().share(), 1);
        for (int i = 0; i < FILES; i++) {
            files.add(guest.file("f" + i, "text" + i));
            guest.client().setlk(files.get(i), Locking.write(OWNER, 0, 9)).ok();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Nfs.EXCHANGE_ID, Nfs.CREATE_SESSION, Nfs.OPEN, Nfs.LOCK, Nfs.RECLAIM_COMPLETE})
    void aCutBeforeAnyStepLosesNothing(int step) {
        network.cutBefore(step, 1);
        server.restart();
        everythingIsThere();
    }

    @ParameterizedTest
    @ValueSource(ints = {Nfs.EXCHANGE_ID, Nfs.CREATE_SESSION, Nfs.OPEN, Nfs.LOCK, Nfs.RECLAIM_COMPLETE})
    void aCutBehindAnyStepLosesNothing(int step) {
        network.cutAfter(step, 1);
        server.restart();
        everythingIsThere();
    }

    @ParameterizedTest
    @ValueSource(ints = {Nfs.OPEN, Nfs.LOCK})
    void manyCutsLoseNothing(int step) {
        network.cutAfter(step, 3);
        network.cutBefore(step, 3);
        network.cutBefore(Nfs.BIND_CONN_TO_SESSION, 1);
        server.restart();
        everythingIsThere();
    }

    @Test
    void aSecondRestartBeforeTheClaimsAreCompleteLosesNothing() {
        network.cutBefore(Nfs.RECLAIM_COMPLETE, 1);
        server.fail(Nfs.RECLAIM_COMPLETE, Nfs.ERR_DELAY, 3);
        server.restart();
        server.restart();
        everythingIsThere();
    }

    @Test
    void aSessionThatIsForgottenWhileItClaimsLosesNothing() {
        server.fail(Nfs.RECLAIM_COMPLETE, Nfs.ERR_DELAY, 4);
        server.restart();
        Awaitility.await().until(() -> server.locks() == FILES);
        server.forgetSessions();
        everythingIsThere();
    }

    private void everythingIsThere() {
        var asking = new Thread(this::readBeside);
        asking.start();
        for (int i = 0; i < FILES; i++) {
            assertThat(guest.content(files.get(i))).isEqualTo("text" + i);
        }
        try {
            asking.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        guest.client().write(files.get(0), 0, "more".getBytes(UTF_8)).ok();
        assertThat(server.locks()).isEqualTo(FILES);
        for (var file : files) {
            beside.setlk(file, Locking.write(OTHER, 5, 5)).fails(Errno.EAGAIN);
        }
        guest.client().mkdir(ROOT_ID, "new", 0755).ok();
        files.forEach(file -> guest.client().release(file).ok());
        Awaitility.await().until(() -> server.states() == 0);
    }

    private void readBeside() {
        for (int i = 0; i < FILES; i++) {
            beside.read(files.get(i), 0, 10);
        }
    }
}
