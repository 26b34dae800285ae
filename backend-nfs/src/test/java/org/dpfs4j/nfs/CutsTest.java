package org.dpfs4j.nfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dpfs4j.wire.Protocol.ROOT_ID;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;
import org.dpfs4j.client.Seen;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.nfsserver.Export;
import org.dpfs4j.nfsserver.FaultProxy;
import org.dpfs4j.nfsserver.Ganesha;
import org.dpfs4j.nfsserver.MockServer;
import org.dpfs4j.nfsserver.TestAuthority;
import org.dpfs4j.tck.Client;
import org.dpfs4j.tck.Pending;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Under load, with the connection cut at any byte again and again: each request is done once, and no byte is another. */
class CutsTest {
    private static final boolean ALL = Boolean.getBoolean("dpfs4j.all");
    private static final int CUTS = ALL ? 1000 : 40;
    private static final int MEAN_BYTES = 200_000;
    private static final int BLOCK = 9000;
    private static final int BLOCKS = 32;
    private static final long SEED = 42;

    @TempDir
    Path scratch;

    private final Random random = new Random(SEED);

    @ParameterizedTest
    @EnumSource(
            value = IoMode.class,
            names = {"AUTO", "EPOLL"})
    void noRequestIsLostOrDoneTwice(IoMode mode) throws Exception {
        try (var lanes = new Lanes(2, mode);
                var server = MockServer.start();
                var network = FaultProxy.to(server.address());
                var guest = new Guest(lanes, Configs.of(network.port(), "/"), scratch)) {
            load(server, network, guest);
        }
    }

    /** Cuts are of one at a time, so that requests go on on another. */
    @ParameterizedTest
    @CsvSource({"AUTO,2", "AUTO,3", "EPOLL,2"})
    void neitherIsItOnSeveralConnections(IoMode mode, int connections) throws Exception {
        try (var lanes = new Lanes(2, mode);
                var server = MockServer.start();
                var network = FaultProxy.to(server.address())) {
            server.requireBinding();
            try (var guest = new Guest(lanes, Configs.of(network.port(), "/", connections, null), scratch)) {
                load(server, network, guest);
            }
        }
    }

    /** Cuts are in the middle of TLS' records, and of its beginnings. */
    @ParameterizedTest
    @EnumSource(
            value = IoMode.class,
            names = {"AUTO", "EPOLL"})
    void neitherIsItWhenEncrypted(IoMode mode) throws Exception {
        var authority = new TestAuthority();
        try (var lanes = new Lanes(2, mode);
                var server = MockServer.start(authority.serverAt("127.0.0.1"));
                var network = FaultProxy.ofBytesTo(server.address());
                var guest = new Guest(lanes, Configs.of(network.port(), Configs.tls(authority, scratch)), scratch)) {
            load(server, network, guest);
        }
    }

    @Test
    void neitherIsItWithGaneshaOnTwoConnections() throws Exception {
        try (var ganesha = Ganesha.start(scratch);
                var lanes = new Lanes(2, IoMode.AUTO);
                var network = FaultProxy.to(ganesha.address());
                var guest = new Guest(lanes, Configs.of(network.port(), ganesha.path(Export.VFS), 2, null), scratch)) {
            Awaitility.await().until(() -> network.accepted() >= 2);
            load(network, guest);
        }
    }

    private void load(MockServer server, FaultProxy network, Guest guest) {
        load(network, guest);
        assertThat(server.complaints()).isEmpty();
    }

    private void load(FaultProxy network, Guest guest) {
        var file = guest.file("data", "");
        var contents = new byte[BLOCKS][];
        network.cutRandomly(SEED, MEAN_BYTES);
        for (int round = 0; network.cuts() < CUTS; round++) {
            write(guest.client(), file, contents);
            check(guest.client(), file, contents);
            names(guest.client(), round);
        }
        network.cutRandomly(SEED, 0);
        check(guest.client(), file, contents);
        guest.client().fsync(file, false).ok();
    }

    private void write(Client client, Seen.Opened file, byte[][] contents) {
        var writes = new ArrayList<Pending<Long>>();
        for (int i = 0; i < BLOCKS; i++) {
            if (contents[i] == null || random.nextBoolean()) {
                contents[i] = new byte[BLOCK];
                random.nextBytes(contents[i]);
                writes.add(client.startWrite(file, (long) i * BLOCK, contents[i]));
            }
        }
        writes.forEach(write -> assertThat(write.await().ok()).isEqualTo(BLOCK));
    }

    private static void check(Client client, Seen.Opened file, byte[][] contents) {
        var reads = new ArrayList<Pending<byte[]>>();
        for (int i = 0; i < BLOCKS; i++) {
            reads.add(client.startRead(file, (long) i * BLOCK, BLOCK));
        }
        for (int i = 0; i < BLOCKS; i++) {
            assertThat(reads.get(i).await().ok()).isEqualTo(contents[i]);
        }
    }

    /** What may be done once only: each step fails when the one before was done twice, or not at all. */
    private static void names(Client client, int round) {
        var name = "d" + round;
        client.mkdir(ROOT_ID, name, 0755).ok();
        client.rename(ROOT_ID, name, ROOT_ID, name + "e").ok();
        client.rmdir(ROOT_ID, name + "e").ok();
        var made = client.create(ROOT_ID, name + "f", 0644).ok();
        client.link(made.nodeId(), ROOT_ID, name + "g").ok();
        client.release(made.opened()).ok();
        for (var each : List.of(name + "f", name + "g")) {
            client.unlink(ROOT_ID, each).ok();
        }
    }

    /** Replies that come in the opposite order, and in fragments and segments of any size. */
    @Test
    void theOrderAndCutOfRepliesMeansNothing() throws Exception {
        try (var lanes = new Lanes(2, IoMode.AUTO);
                var server = MockServer.start();
                var network = FaultProxy.to(server.address());
                var guest = new Guest(lanes, Configs.of(network.port(), "/"), scratch)) {
            var file = guest.file("data", "");
            var contents = new byte[BLOCKS][];
            network.reverseReplies(true);
            write(guest.client(), file, contents);
            check(guest.client(), file, contents);
            network.reverseReplies(false);
            for (int bytes : new int[] {1, 3, 4, 5, 63, 1000, 4096}) {
                network.fragmentReplies(Math.max(bytes, 63));
                network.segmentReplies(Math.max(bytes, 63));
                check(guest.client(), file, contents);
                network.fragmentReplies(bytes);
                network.segmentReplies(bytes);
                guest.client().getattr(file).ok();
                names(guest.client(), bytes);
            }
        }
    }
}
