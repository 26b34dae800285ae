package org.dpfs4j.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.dpfs4j.client.FuseRequests;
import org.dpfs4j.client.Opcode;
import org.dpfs4j.client.RequestBytes;
import org.dpfs4j.client.Seen;
import org.dpfs4j.tck.Parcel;
import org.dpfs4j.tck.VhostUserMachine;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.InitFlags;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.Protocol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole server with two devices on directories, and guests that take what they can get. */
@Timeout(300)
class HostileGuestTest {
    private static final boolean LONG = Boolean.getBoolean("dpfs4j.all");
    private static final int QUEUES = 4;
    private static final int HANDLES = 100;
    private static final int NODES = 300;
    private static final long ROOT = Protocol.ROOT_ID;

    @TempDir
    private Path folder;

    private Server server;

    @BeforeEach
    void serve() throws Exception {
        var text = new StringBuilder("[server]\nlanes = 2\n");
        for (var name : List.of("flooder", "victim")) {
            Files.createDirectory(folder.resolve(name));
            text.append("""
                    [[device]]
                    tag = "%1$s"
                    transport = { type = "vhost-user", socket = "%2$s/%1$s.sock", request-queues = %3$d }
                    backend = "%1$s"
                    [backend.%1$s]
                    type = "uring"
                    root = "%2$s/%1$s"
                    nodes-max = %4$d
                    handles-max = %5$d
                    """.formatted(name, folder, QUEUES, NODES, HANDLES));
        }
        var file = Files.writeString(folder.resolve("server.toml"), text);
        server = Server.start(Assembly.of(SettingsFile.read(file), Providers.found()));
    }

    @AfterEach
    void end() {
        server.close();
    }

    private VhostUserMachine mounted(String name) throws IOException {
        var machine = VhostUserMachine.started(folder.resolve(name + ".sock"), VhostUserMachine.SPLIT, QUEUES);
        assertThat(error(machine, 1, FuseRequests.init(InitFlags.INIT_EXT, 0))).isZero();
        return machine;
    }

    private static ByteBuffer ask(VhostUserMachine machine, int queue, RequestBytes request) {
        return reply(machine.ask(queue, Parcel.of(request.bytes())));
    }

    private static ByteBuffer reply(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int error(VhostUserMachine machine, int queue, RequestBytes request) {
        return -ask(machine, queue, request).getInt(4);
    }

    private static RequestBytes lookup(String name) {
        return FuseRequests.named(Opcode.LOOKUP, ROOT, name.getBytes(UTF_8));
    }

    /** CVE-2020-10717: a guest that opens without end uses up the descriptors of the server. */
    @Test
    void cve202010717OpeningWithoutEndIsAnErrorOfThatGuestAlone() throws IOException {
        try (var greedy = mounted("flooder");
                var other = mounted("victim")) {
            var made = ask(greedy, 1, FuseRequests.create(ROOT, "a", 0644, OpenFlags.RDWR));
            assertThat(made.getInt(4)).isZero();
            var node = made.getLong(16);
            var open = new ArrayDeque<Long>();
            for (int i = 1; i < HANDLES; i++) {
                var opened = ask(greedy, 1 + i % QUEUES, FuseRequests.open(node, OpenFlags.RDWR));
                assertThat(opened.getInt(4)).as("open %d", i).isZero();
                open.add(opened.getLong(16));
            }
            var before = descriptors();
            for (int i = 0; i < 1000; i++) {
                assertThat(error(greedy, 1, FuseRequests.open(node, OpenFlags.RDWR)))
                        .isEqualTo(Errno.ENFILE.code());
                assertThat(error(greedy, 1, FuseRequests.opendir(ROOT))).isEqualTo(Errno.ENFILE.code());
            }
            assertThat(descriptors()).isLessThanOrEqualTo(before + 8);
            assertThat(error(other, 1, FuseRequests.opendir(ROOT))).isZero();
            var first = Seen.Opened.forged(node, open.removeFirst());
            assertThat(error(greedy, 1, FuseRequests.release(Opcode.RELEASE, first)))
                    .isZero();
            assertThat(error(greedy, 1, FuseRequests.open(node, OpenFlags.RDWR)))
                    .isZero();
        }
    }

    private static long descriptors() throws IOException {
        try (var entries = Files.list(Path.of("/proc/self/fd"))) {
            return entries.count();
        }
    }

    /** Nodes and handles that the server keeps for a device's guest, beside what it always has. */
    @Test
    void aFloodHasItsOwnBudgetAndTheOtherDeviceItsOwn() throws Exception {
        var over = new AtomicBoolean();
        var flooded = new AtomicLong();
        var before = descriptors();
        try (var victim = mounted("victim")) {
            var flood = CompletableFuture.runAsync(() -> flood(over, flooded));
            try {
                Awaitility.await().until(() -> flooded.get() > 2000 || flood.isDone());
                for (int i = 0; i < (LONG ? 10_000 : 100); i++) {
                    var name = "file" + i;
                    var made = ask(victim, 1 + i % QUEUES, FuseRequests.create(ROOT, name, 0644, OpenFlags.RDWR));
                    assertThat(made.getInt(4)).as("create %d", i).isZero();
                    var file = Seen.Opened.forged(made.getLong(16), made.getLong(16 + 128));
                    assertThat(error(victim, 1, FuseRequests.release(Opcode.RELEASE, file)))
                            .isZero();
                    victim.ask(
                            1, Parcel.of(FuseRequests.forget(file.nodeId(), 1).bytes()));
                    assertThat(descriptors()).isLessThan(before + NODES + HANDLES + 200);
                }
            } finally {
                over.set(true);
                flood.join();
            }
        }
    }

    /** Takes nodes and handles without end and spoils every other request, on all queues. */
    private void flood(AtomicBoolean over, AtomicLong flooded) {
        var random = new Random(11);
        try (var machine = mounted("flooder")) {
            var underWay = new int[machine.queues()];
            while (!over.get()) {
                for (int queue = 1; queue < machine.queues(); queue++) {
                    while (underWay[queue] < machine.depth()) {
                        underWay[queue]++;
                        machine.send(queue, next(random));
                    }
                    machine.await(queue);
                    underWay[queue]--;
                    flooded.incrementAndGet();
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Parcel next(Random random) {
        var bytes = FuseRequests.create(ROOT, "f" + random.nextInt(1000), 0644, OpenFlags.RDWR)
                .bytes();
        if (random.nextBoolean()) {
            // Not the operation: it would become a DESTROY or an INIT, which give everything back.
            bytes[8 + random.nextInt(bytes.length - 8)] ^= (byte) (1 << random.nextInt(8));
        }
        return Parcel.shredded(bytes, random.nextInt(8) == 0 ? 8 : Parcel.ROOM, random);
    }

    /** LOOKUP and FORGET of the same names on two queues, which two lanes serve. */
    @Test
    void lookupsAndForgetsOfTwoQueuesLoseNoCount() throws IOException {
        var names = List.of("a", "b", "c");
        for (var name : names) {
            Files.writeString(folder.resolve("victim").resolve(name), name);
        }
        var end = System.nanoTime() + (LONG ? 60_000_000_000L : 300_000_000L);
        try (var machine = mounted("victim")) {
            var random = new Random(6);
            var owed = new HashMap<Long, Long>();
            var inos = new HashMap<String, Long>();
            do {
                var sent = new ArrayList<Map<Integer, String>>();
                for (int queue = 1; queue <= 2; queue++) {
                    var ids = new HashMap<Integer, String>();
                    for (int i = 0; i < 4; i++) {
                        var name = names.get(random.nextInt(names.size()));
                        ids.put(machine.send(queue, Parcel.of(lookup(name).bytes())), name);
                    }
                    forgetSome(machine, queue, owed, random, ids);
                    sent.add(ids);
                }
                for (int queue = 1; queue <= 2; queue++) {
                    takeBack(machine, queue, sent.get(queue - 1), owed, inos);
                }
            } while (System.nanoTime() - end < 0);
            owed.forEach((node, count) -> {
                if (count > 0) {
                    assertThat(error(machine, 1, FuseRequests.getattr(node)))
                            .as("node %d, looked up %d times", node, count)
                            .isZero();
                    machine.ask(2, Parcel.of(FuseRequests.forget(node, count).bytes()));
                }
                assertThat(error(machine, 1, FuseRequests.getattr(node)))
                        .as("node %d, forgotten", node)
                        .isEqualTo(Errno.ESTALE.code());
            });
        }
    }

    /** Gives back all or one of the lookups of a node, in the batch that looks it up again. */
    private static void forgetSome(
            VhostUserMachine machine, int queue, Map<Long, Long> owed, Random random, Map<Integer, String> ids) {
        for (var entry : owed.entrySet()) {
            if (entry.getValue() > 0 && random.nextBoolean() && ids.size() < machine.depth()) {
                var count = random.nextBoolean() ? entry.getValue() : 1L;
                entry.setValue(entry.getValue() - count);
                ids.put(
                        machine.send(
                                queue,
                                Parcel.of(FuseRequests.forget(entry.getKey(), count)
                                        .bytes())),
                        "");
            }
        }
    }

    private static void takeBack(
            VhostUserMachine machine,
            int queue,
            Map<Integer, String> ids,
            Map<Long, Long> owed,
            Map<String, Long> inos) {
        while (!ids.isEmpty()) {
            var back = machine.await(queue);
            var name = ids.remove(back.id());
            if (name.isEmpty()) {
                assertThat(back.bytes()).isEmpty();
            } else {
                var entry = reply(back.bytes());
                assertThat(entry.getInt(4)).isZero();
                owed.merge(entry.getLong(16), 1L, Long::sum);
                var ino = entry.getLong(16 + 40);
                assertThat(inos.computeIfAbsent(name, first -> ino)).isEqualTo(ino);
            }
        }
    }
}
