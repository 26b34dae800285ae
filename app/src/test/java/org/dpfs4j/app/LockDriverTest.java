package org.dpfs4j.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dpfs4j.client.Buffer;
import org.dpfs4j.client.DriverRing;
import org.dpfs4j.client.FuseRequests;
import org.dpfs4j.client.Opcode;
import org.dpfs4j.client.RequestBytes;
import org.dpfs4j.client.VhostUserFrontEnd;
import org.dpfs4j.client.VhostUserFrontEnd.Manner;
import org.dpfs4j.client.VhostUserFrontEnd.Shape;
import org.dpfs4j.fs.Backend;
import org.dpfs4j.fuse.FuseDevice;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.uring.UringBackend;
import org.dpfs4j.uring.UringConfig;
import org.dpfs4j.vhostuser.VhostUserConfig;
import org.dpfs4j.vhostuser.VhostUserProvider;
import org.dpfs4j.wire.ClientArch;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.InitFlags;
import org.dpfs4j.wire.InterruptIn;
import org.dpfs4j.wire.LkIn;
import org.dpfs4j.wire.LockType;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.Protocol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Locks of two devices of one directory through real rings: what waits there is interrupted, bounded, and ends with its ring. */
@Timeout(120)
class LockDriverTest {
    private static final long SPLIT = DriverRing.VERSION_1 | DriverRing.INDIRECT_DESC | DriverRing.EVENT_IDX;
    private static final int ENTRIES = 16;
    private static final int ROOM = 256;
    private static final int HEADER = 16;
    private static final int HIPRIO = 0;
    private static final int REQUESTS = 1;

    @TempDir
    private Path folder;

    private final Lanes lanes = new Lanes(2, IoMode.AUTO);

    @AfterEach
    void stop() {
        lanes.close();
    }

    /** A request in a ring. */
    private record Sent(int queue, int id, long reply) {}

    /** A machine of two queues. */
    private static final class Machine implements AutoCloseable {
        final VhostUserFrontEnd driver;
        final Map<Integer, Long> back = new HashMap<>();
        private long unique;
        private final long handle;
        private boolean gone;

        Machine(Path socket, boolean packed) throws IOException {
            var features = packed ? SPLIT | DriverRing.RING_PACKED : SPLIT;
            driver = VhostUserFrontEnd.started(socket, new Shape(Manner.QEMU, 2, ENTRIES, features));
            assertThat(error(send(FuseRequests.init(InitFlags.POSIX_LOCKS | InitFlags.INIT_EXT, 0))))
                    .isZero();
            var found = send(FuseRequests.named(Opcode.LOOKUP, Protocol.ROOT_ID, "f".getBytes(UTF_8)));
            assertThat(error(found)).isZero();
            var open = send(FuseRequests.open(answer(found).getLong(HEADER), OpenFlags.RDWR));
            assertThat(error(open)).isZero();
            handle = answer(open).getLong(HEADER);
        }

        Sent send(RequestBytes request) {
            return send(REQUESTS, request, true);
        }

        Sent send(int queue, RequestBytes request, boolean indirect) {
            unique += 2;
            var bytes = request.header("unique", unique).bytes();
            var at = driver.ram().allocate(bytes.length, 8);
            var reply = driver.ram().allocate(ROOM, 8);
            driver.ram().write(at, bytes);
            var chain = List.of(new Buffer(at, bytes.length, false), new Buffer(reply, ROOM, true));
            var id = driver.queue(queue).ring().add(chain, indirect);
            driver.kick(driver.queue(queue));
            return new Sent(queue, id, reply);
        }

        /** The number of the request sent last. */
        long unique() {
            return unique;
        }

        private RequestBytes lock(Opcode opcode, long owner, int type) {
            return new RequestBytes(opcode, Protocol.ROOT_ID)
                    .with(LkIn.LAYOUT)
                    .set("fh", handle)
                    .set("owner", owner)
                    .set("lk.type", type)
                    .set("lk.end", 9);
        }

        Sent setlk(long owner, int type) {
            return send(lock(Opcode.SETLK, owner, type));
        }

        Sent setlkw(long owner, boolean indirect) {
            return send(REQUESTS, lock(Opcode.SETLKW, owner, LockType.WRITE), indirect);
        }

        /** INTERRUPT comes back without an answer. */
        void interrupt(int queue, long of) {
            var request = new RequestBytes(Opcode.INTERRUPT, 0)
                    .with(InterruptIn.LAYOUT)
                    .set("unique", of);
            assertThat(length(send(queue, request, true))).isZero();
        }

        private long length(Sent sent) {
            while (!back.containsKey(sent.id)) {
                var used = driver.await(driver.queue(sent.queue));
                back.put(used.id(), used.length());
            }
            return back.remove(sent.id);
        }

        boolean isBack(Sent sent) {
            driver.poll(driver.queue(sent.queue), Duration.ofMillis(20))
                    .ifPresent(used -> back.put(used.id(), used.length()));
            return back.containsKey(sent.id);
        }

        private ByteBuffer answer(Sent sent) {
            return ByteBuffer.wrap(driver.ram().read(sent.reply, ROOM)).order(ByteOrder.LITTLE_ENDIAN);
        }

        int error(Sent sent) {
            assertThat(length(sent)).isGreaterThanOrEqualTo(HEADER);
            return -answer(sent).getInt(4);
        }

        void disappear() {
            if (!gone) {
                gone = true;
                driver.close();
            }
        }

        @Override
        public void close() {
            disappear();
        }
    }

    /** Two devices of one directory that has a file {@code f}. */
    private void serve(Devices test, boolean packed) throws Exception {
        Files.createFile(folder.resolve("f"));
        var first = VhostUserConfig.at(folder.resolve("1.sock"));
        var second = VhostUserConfig.at(folder.resolve("2.sock"));
        try (var backend = new UringBackend(UringConfig.of(folder))) {
            backend.start(lanes).toCompletableFuture().join();
            Map<String, Backend> mounts = Map.of("/", backend);
            try (var ends = new FuseDevice("a", ClientArch.own(), mounts, lanes);
                    var other = new FuseDevice("b", ClientArch.own(), mounts, lanes);
                    var device = new VhostUserProvider().transport(first).open("a", ends, lanes);
                    var another = new VhostUserProvider().transport(second).open("b", other, lanes);
                    var machine = new Machine(first.socket().orElseThrow(), packed);
                    var neighbour = new Machine(second.socket().orElseThrow(), packed)) {
                assertThat(device.address()).isNotEqualTo(another.address());
                test.run(machine, neighbour);
            }
        }
    }

    /** What two machines do. */
    @FunctionalInterface
    private interface Devices {
        void run(Machine machine, Machine neighbour) throws Exception;
    }

    @ParameterizedTest(name = "packed {0}")
    @ValueSource(booleans = {false, true})
    void anInterruptOnEitherRingEndsAWait(boolean packed) throws Exception {
        serve(
                (machine, neighbour) -> {
                    assertThat(machine.error(machine.setlk(1, LockType.WRITE))).isZero();
                    for (var queue : List.of(HIPRIO, REQUESTS)) {
                        var wait = neighbour.setlkw(1, true);
                        assertThat(neighbour.isBack(wait)).isFalse();
                        neighbour.interrupt(queue, neighbour.unique());
                        assertThat(neighbour.error(wait)).isEqualTo(Errno.EINTR.code());
                    }
                    neighbour.interrupt(HIPRIO, neighbour.unique() + 4);
                    assertThat(neighbour.error(neighbour.setlkw(1, true))).isEqualTo(Errno.EINTR.code());
                    assertThat(machine.error(machine.setlk(1, LockType.UNLOCK))).isZero();
                    assertThat(machine.error(machine.setlkw(2, true))).isZero();
                },
                packed);
    }

    @ParameterizedTest(name = "packed {0}")
    @ValueSource(booleans = {false, true})
    void halfOfARingMayWait(boolean packed) throws Exception {
        serve(
                (machine, neighbour) -> {
                    assertThat(machine.error(machine.setlk(1, LockType.WRITE))).isZero();
                    var waits = new Sent[ENTRIES / 4];
                    for (int i = 0; i < waits.length; i++) {
                        waits[i] = neighbour.setlkw(i, false);
                    }
                    assertThat(neighbour.error(neighbour.setlkw(100, true))).isEqualTo(Errno.ENOLCK.code());
                    assertThat(neighbour.error(neighbour.setlk(100, LockType.WRITE)))
                            .isEqualTo(Errno.EAGAIN.code());
                    assertThat(machine.error(machine.setlk(1, LockType.UNLOCK))).isZero();
                    for (int i = 0; i < waits.length; i++) {
                        assertThat(neighbour.error(waits[i])).isZero();
                        assertThat(neighbour.error(neighbour.setlk(i, LockType.UNLOCK)))
                                .isZero();
                    }
                },
                packed);
    }

    @ParameterizedTest(name = "packed {0}")
    @ValueSource(booleans = {false, true})
    void theStopOfARingAndTheEndOfAConnectionLeaveNoLocks(boolean packed) throws Exception {
        serve(
                (machine, neighbour) -> {
                    assertThat(machine.error(machine.setlk(1, LockType.WRITE))).isZero();
                    var stopped = neighbour.setlkw(1, true);
                    assertThat(neighbour.isBack(stopped)).isFalse();
                    neighbour.driver.stop(neighbour.driver.queue(REQUESTS));
                    assertThat(neighbour.error(stopped)).isEqualTo(Errno.EINTR.code());
                    neighbour.disappear();
                    assertThat(machine.error(machine.setlk(1, LockType.UNLOCK))).isZero();
                    try (var next = new Machine(folder.resolve("2.sock"), packed)) {
                        assertThat(next.error(next.setlk(1, LockType.WRITE))).isZero();
                        var wait = machine.setlkw(1, true);
                        assertThat(machine.isBack(wait)).isFalse();
                        next.disappear();
                        assertThat(machine.error(wait)).isZero();
                    }
                },
                packed);
    }
}
