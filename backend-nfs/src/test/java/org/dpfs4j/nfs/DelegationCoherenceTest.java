package org.dpfs4j.nfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.dpfs4j.wire.Protocol.ROOT_ID;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.nfsserver.FaultProxy;
import org.dpfs4j.nfsserver.MockServer;
import org.dpfs4j.nfsserver.Nfs;
import org.dpfs4j.tck.Client;
import org.dpfs4j.wire.OpenFlags;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever opens a file after a writer has closed it reads what was written, whatever becomes of delegations in between. */
class DelegationCoherenceTest {
    private static final int ROUNDS = Boolean.getBoolean("dpfs4j.all") ? 20_000 : 400;
    private static final int FILES = 6;
    private static final int DELEGATIONS_MAX = 4;
    private static final long SEED = 20;

    @TempDir
    Path scratch;

    private final Random random = new Random(SEED);
    private final int[] versions = new int[FILES];
    private MockServer server;
    private FaultProxy network;

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void anOpenSeesWhatWasClosedBefore(int connections) throws Exception {
        try (var lanes = new Lanes(2, IoMode.AUTO);
                var mock = MockServer.start();
                var proxy = FaultProxy.to(mock.address())) {
            server = mock;
            network = proxy;
            mock.grantDelegations(true);
            for (int file = 0; file < FILES; file++) {
                mock.put("f" + file, text(0));
            }
            var config = Configs.delegated(proxy.port(), "/", Duration.ZERO, DELEGATIONS_MAX, connections);
            try (var guest = new Guest(lanes, config, scratch)) {
                var fixture = guest.fixture();
                var readers = List.of(guest.client(), fixture.attach(fixture.share(), 1));
                var writers = new ArrayList<>(readers);
                writers.add(fixture.attach(fixture.openShare(), 1));
                for (int round = 0; round < ROUNDS; round++) {
                    go(round, readers, writers);
                }
                assertThat(((NfsShare) fixture.share()).delegations().grantedCount())
                        .as("delegations")
                        .isGreaterThan(FILES);
            }
            assertThat(mock.complaints()).isEmpty();
        }
    }

    private void go(int round, List<Client> readers, List<Client> writers) throws Exception {
        int file = random.nextInt(FILES);
        int dice = random.nextInt(100);
        if (dice < 2) {
            fault();
        } else if (dice < 15) {
            write(writers.get(random.nextInt(writers.size())), file);
        } else if (dice < 25) {
            var pending = new Thread(() -> write(writers.getLast(), file));
            pending.start();
            read(readers.getFirst(), round, (file + 1) % FILES);
            pending.join();
        } else {
            read(readers.get(random.nextInt(readers.size())), round, file);
        }
    }

    private void fault() throws Exception {
        switch (random.nextInt(8)) {
            case 0 -> network.cut();
            case 1 -> network.cutAfter(Nfs.OPEN, 1);
            case 2 -> network.cutBefore(Nfs.DELEGRETURN, 1);
            case 3 -> network.cutAfter(Nfs.DELEGRETURN, 1);
            case 4 -> server.fail(Nfs.DELEGRETURN, Nfs.ERR_DELAY, 2);
            case 5 -> server.revokeDelegations();
            case 6 -> server.forgetSessions();
            default -> {
                server.restart();
                server.endGrace();
            }
        }
    }

    private void write(Client by, int file) {
        var opened = by.open(node(by, file), OpenFlags.WRONLY).ok();
        by.write(opened, 0, text(versions[file] + 1)).ok();
        by.flush(opened).ok();
        by.release(opened).ok();
        versions[file]++;
    }

    private void read(Client by, int round, int file) {
        long node = node(by, file);
        var opened = by.open(node, OpenFlags.RDONLY).ok();
        var found = new String(by.read(opened, 0, 4096).ok(), UTF_8);
        assertThat(found).as("round " + round + ", file " + file).isEqualTo(new String(text(versions[file]), UTF_8));
        assertThat(by.getattr(node).ok().sizeBytes())
                .as("size in round " + round)
                .isEqualTo(found.length());
        by.release(opened).ok();
    }

    private static long node(Client by, int file) {
        return by.lookup(ROOT_ID, "f" + file).ok().nodeId();
    }

    /** Each version is longer than the one before. */
    private static byte[] text(int version) {
        return "v".repeat(version + 1).getBytes(UTF_8);
    }
}
