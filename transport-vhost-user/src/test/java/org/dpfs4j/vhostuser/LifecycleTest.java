package org.dpfs4j.vhostuser;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.dpfs4j.client.Buffer;
import org.dpfs4j.client.DriverQueue;
import org.dpfs4j.client.FrontEndSocket;
import org.dpfs4j.client.VhostUserFrontEnd;
import org.dpfs4j.client.VhostUserFrontEnd.Manner;
import org.dpfs4j.client.VhostUserFrontEnd.Shape;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Syscall;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.metrics.Counter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Memory changes, stops, resets, disconnects and ends, with requests in flight. Longer than other files; why: each is tried with
 * several kinds of lane and ring.
 */
@Timeout(120)
class LifecycleTest {
    private static final IoMode[] MODES = {IoMode.IO_URING, IoMode.EPOLL};

    private static void awaitParked(Bench bench, int count) {
        await().until(() -> bench.endpoint.parked() == count);
    }

    @ParameterizedTest
    @CsvSource({"IO_URING, false", "EPOLL, true"})
    void memoryTableChangesUnderRequestsInFlight(IoMode mode, boolean packed) throws IOException {
        try (var bench = new Bench(mode);
                var driver = bench.driver(packed ? Bench.PACKED : Bench.SPLIT)) {
            var before = Leaks.guestMappings();
            var parked = Bench.offer(driver, 1, "!old map", 20);
            awaitParked(bench, 1);
            driver.sendMemoryTable();
            assertThat(Leaks.guestMappings()).as("the old map is kept").isEqualTo(before + 1);
            assertThat(Bench.echo(driver, 1, "new map", 20)).isEqualTo("new map");
            bench.endpoint.release();
            assertThat(driver.await(driver.queue(1)).id()).isEqualTo(parked.id());
            assertThat(driver.ram().read(parked.reply(), 8)).isEqualTo("!old map".getBytes(StandardCharsets.UTF_8));
            await().until(() -> Leaks.guestMappings() == before);
        }
    }

    @ParameterizedTest
    @CsvSource({"IO_URING, false", "EPOLL, true"})
    void memoryTableReplacedUnderLoadLosesNoRequest(IoMode mode, boolean packed) throws IOException {
        try (var bench = new Bench(mode);
                var driver = bench.driver(packed ? Bench.PACKED : Bench.SPLIT)) {
            for (int round = 0; round < 200; round++) {
                for (int i = 0; i < 8; i++) {
                    Bench.offer(driver, i % 2, "load", 4);
                }
                driver.sendMemoryTable();
                for (int i = 0; i < 8; i++) {
                    assertThat(driver.await(driver.queue(i % 2)).length()).isEqualTo(4);
                }
            }
            assertThat(bench.counters().value(Counter.QUEUES_BROKEN)).isZero();
        }
    }

    @Test
    void memoryIsAddedAndRemovedWhileRingsRun() throws IOException {
        try (var bench = new Bench(IoMode.AUTO);
                var driver = bench.driver(Bench.SPLIT)) {
            for (int i = 0; i < 10; i++) {
                var at = 0x8000_0000L + i * (1L << 20);
                var region = driver.ram().add(at, 1 << 20);
                driver.set(FrontEndSocket.ADD_MEM_REG, VhostUserFrontEnd.single(region), region.file());
                driver.ram().write(at, new byte[] {1, 2, 3});
                driver.queue(1).ring().add(List.of(new Buffer(at, 3, false), new Buffer(at + 100, 10, true)), false);
                driver.kick(driver.queue(1));
                assertThat(driver.await(driver.queue(1)).length()).isEqualTo(3);
                if (i % 2 == 0) {
                    // A descriptor may come with it, and is not asked for.
                    driver.set(FrontEndSocket.REM_MEM_REG, VhostUserFrontEnd.single(region), region.file());
                    driver.queue(1).ring().add(List.of(new Buffer(at, 3, false)), false);
                    driver.kick(driver.queue(1));
                    assertThat(driver.await(driver.queue(1)).length()).isZero();
                }
            }
            assertThat(bench.counters().value(Counter.CHAINS_INVALID)).isEqualTo(5);
        }
    }

    @Test
    void queueWhoseRingIsNotInTheNewTableStops() throws IOException {
        try (var bench = new Bench(IoMode.AUTO);
                var driver = bench.driver(Bench.SPLIT)) {
            driver.set(
                    FrontEndSocket.REM_MEM_REG,
                    VhostUserFrontEnd.single(driver.ram().regions().getFirst()));
            assertThat(bench.counters().value(Counter.QUEUES_BROKEN)).isEqualTo(2);
            var request = driver.ram().allocate(8, 8);
            driver.queue(1).ring().add(List.of(new Buffer(request, 4, false), new Buffer(request, 4, true)), false);
            driver.kick(driver.queue(1));
            driver.sendMemory();
            for (var queue : driver.queues()) {
                driver.start(queue, driver.stop(queue));
            }
            assertThat(driver.await(driver.queue(1)).length()).isEqualTo(4);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = IoMode.class,
            names = {"IO_URING", "EPOLL"})
    void stopEndsParkedRequestsAtOnce(IoMode mode) throws IOException {
        try (var bench = new Bench(mode, Bench.stopMillis(60_000));
                var driver = bench.driver(Bench.SPLIT)) {
            Bench.offer(driver, 1, "!a", 1);
            Bench.offer(driver, 1, "!b", 1);
            awaitParked(bench, 2);
            assertThat(driver.stop(driver.queue(1))).isEqualTo(2);
            assertThat(driver.queue(1).ring().take()).isPresent();
            assertThat(driver.queue(1).ring().take()).isPresent();
            assertThat(bench.endpoint.cancels).hasValue(1);
            driver.start(driver.queue(1), 2);
            assertThat(Bench.echo(driver, 1, "again", 5)).isEqualTo("again");
        }
    }

    @ParameterizedTest
    @CsvSource({"IO_URING, false", "EPOLL, false", "IO_URING, true"})
    void requestThatNeverEndsIsLetGoAndItsLateAnswerShownToNobody(IoMode mode, boolean packed) throws IOException {
        try (var bench = new Bench(mode, Bench.stopMillis(100));
                var driver = bench.driver(packed ? Bench.PACKED : Bench.SPLIT)) {
            var mappings = Leaks.guestMappings();
            Bench.offer(driver, 1, "#never", 10);
            awaitParked(bench, 1);
            var base = driver.stop(driver.queue(1));
            assertThat(bench.counters().value(Counter.EXCHANGES_ORPHANED)).isEqualTo(1);
            driver.start(driver.queue(1), base);
            assertThat(driver.queue(1).ring().take()).isEmpty();
            driver.sendMemoryTable();
            assertThat(Leaks.guestMappings()).as("the orphan keeps its memory").isEqualTo(mappings + 1);
            bench.endpoint.release();
            await().until(() -> Leaks.guestMappings() == mappings);
            assertThat(driver.queue(1).ring().take()).isEmpty();
            assertThat(Bench.echo(driver, 1, "other index", 20)).isEqualTo("other index");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = IoMode.class,
            names = {"IO_URING", "EPOLL"})
    void disconnectEndsRequestsAndTheNextMachineIsServed(IoMode mode) throws IOException {
        try (var bench = new Bench(mode, Bench.stopMillis(100))) {
            for (int i = 1; i <= 5; i++) {
                try (var driver = bench.driver(Bench.SPLIT)) {
                    Bench.offer(driver, 1, "!parked", 10);
                    Bench.offer(driver, 0, "#stubborn", 10);
                    awaitParked(bench, 2);
                }
                var count = i;
                await().until(() -> bench.endpoint.resets.get() == count);
                bench.endpoint.queues.forEach(
                        echo -> assertThat(echo.queue.isOpen()).isFalse());
                bench.endpoint.release();
            }
            try (var driver = bench.driver(Bench.PACKED)) {
                assertThat(Bench.echo(driver, 1, "next", 4)).isEqualTo("next");
            }
            assertThat(bench.counters().value(Counter.EXCHANGES_ORPHANED)).isEqualTo(5);
        }
    }

    @Test
    void resetEndsTheSessionAndTheDriverMayBeginAgain() throws IOException {
        try (var bench = new Bench(IoMode.AUTO);
                var driver = bench.driver(Bench.SPLIT)) {
            Bench.offer(driver, 1, "!parked", 10);
            awaitParked(bench, 1);
            driver.set(FrontEndSocket.RESET_DEVICE, FrontEndSocket.payload(0));
            assertThat(bench.endpoint.resets).hasValue(1);
            assertThat(bench.endpoint.parked()).isZero();
            assertThat(driver.queue(1).ring().take())
                    .as("results are not shown after a reset")
                    .isEmpty();
            driver.queues().clear();
            for (int i = 0; i < 2; i++) {
                var queue = driver.addQueue();
                driver.start(queue, queue.ring().firstBase());
                assertThat(Bench.echo(driver, i, "again", 5)).isEqualTo("again");
            }
        }
    }

    @Test
    void pausedMachineKeepsItsSession() throws IOException {
        try (var bench = new Bench(IoMode.AUTO);
                var driver = bench.driver(Bench.SPLIT)) {
            assertThat(Bench.echo(driver, 1, "before", 6)).isEqualTo("before");
            for (var queue : driver.queues()) {
                driver.set(FrontEndSocket.SET_VRING_ENABLE, FrontEndSocket.state(queue.index(), 0));
            }
            var bases = driver.queues().stream()
                    .map(queue -> stopped(driver, queue))
                    .toList();
            driver.set(FrontEndSocket.SET_STATUS, FrontEndSocket.u64(0));
            assertThat(bench.endpoint.resets).hasValue(0);
            driver.sendMemoryTable();
            for (int i = 0; i < 2; i++) {
                driver.start(driver.queue(i), bases.get(i));
            }
            assertThat(Bench.echo(driver, 1, "after", 6)).isEqualTo("after");
        }
    }

    @Test
    void ringThatIsSetUpAnewHasEndedBefore() throws IOException {
        try (var bench = new Bench(IoMode.AUTO)) {
            var shape = new Shape(Manner.USER_MODE_LINUX, 2, 16, Bench.PACKED);
            try (var driver = VhostUserFrontEnd.started(bench.socket, shape)) {
                for (int round = 0; round < 5; round++) {
                    assertThat(Bench.echo(driver, 1, "round " + round, 10)).isEqualTo("round " + round);
                    Bench.offer(driver, 1, "!parked", 10);
                    awaitParked(bench, 1);
                    for (int i = 0; i < 2; i++) {
                        driver.set(FrontEndSocket.SET_VRING_ENABLE, FrontEndSocket.state(i, 0));
                    }
                    driver.queues().clear();
                    for (int i = 0; i < 2; i++) {
                        driver.start(driver.addQueue(), 0);
                    }
                    assertThat(bench.endpoint.parked()).isZero();
                }
            }
        }
    }

    private static int stopped(VhostUserFrontEnd driver, DriverQueue queue) {
        try {
            return driver.stop(queue);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void nothingLeaks() throws IOException {
        for (var mode : MODES) {
            try (var bench = new Bench(mode, Bench.stopMillis(50))) {
                connectAndGo(bench, 3);
                var descriptors = Leaks.descriptors();
                var mappings = Leaks.guestMappings();
                connectAndGo(bench, 30);
                await().untilAsserted(() -> {
                    assertThat(Leaks.descriptors()).isEqualTo(descriptors);
                    assertThat(Leaks.guestMappings()).isEqualTo(mappings);
                });
                assertThat(mappings).isZero();
            }
        }
    }

    private static void connectAndGo(Bench bench, int times) throws IOException {
        for (int i = 0; i < times; i++) {
            var resets = bench.endpoint.resets.get();
            var manner = Manner.values()[i % Manner.values().length];
            var features = i % 2 == 0 ? Bench.SPLIT : Bench.PACKED;
            try (var driver = VhostUserFrontEnd.started(bench.socket, new Shape(manner, 2, 16, features))) {
                Bench.echo(driver, 1, "hello", 5);
                Bench.offer(driver, 1, i % 3 == 0 ? "#" : "!", 5);
                awaitParked(bench, 1);
                driver.sendMemoryTable();
            }
            await().until(() -> bench.endpoint.resets.get() == resets + 1);
            bench.endpoint.release();
            bench.endpoint.queues.clear();
        }
    }

    @ParameterizedTest
    @CsvSource({"IO_URING, false", "EPOLL, false", "IO_URING, true"})
    void truncatedMemoryBreaksOnlyItsDevice(IoMode mode, boolean packed) throws IOException {
        try (var bench = new Bench(mode, Bench.stopMillis(100))) {
            var otherSocket = bench.folder.resolve("other.sock");
            var otherEndpoint = new EchoEndpoint();
            var other = bench.open(VhostUserConfig.at(otherSocket), otherEndpoint);
            var shape = new Shape(Manner.QEMU, 2, 16, packed ? Bench.PACKED : Bench.SPLIT);
            try (var healthy = VhostUserFrontEnd.started(otherSocket, shape)) {
                try (var driver = VhostUserFrontEnd.started(bench.socket, shape)) {
                    Bench.offer(driver, 1, "!parked", 10);
                    awaitParked(bench, 1);
                    driver.ram().truncate(driver.ram().regions().getFirst(), 0);
                    for (var queue : driver.queues()) {
                        driver.syscalls().call(Syscall.WRITE, queue.kick().number(), one(driver), 8);
                    }
                    assertThat(driver.socket().isClosedByDevice()).isTrue();
                }
                for (int i = 0; i < 20; i++) {
                    assertThat(Bench.echo(healthy, i % 2, "healthy", 10)).isEqualTo("healthy");
                }
                await().until(() -> bench.endpoint.resets.get() == 1);
                try (var driver = VhostUserFrontEnd.started(bench.socket, shape)) {
                    assertThat(Bench.echo(driver, 1, "next", 10)).isEqualTo("next");
                }
                assertThat(otherEndpoint.resets).hasValue(0);
            }
            other.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"IO_URING, false", "EPOLL, true"})
    void truncatedBufferBreaksOnlyItsDevice(IoMode mode, boolean packed) throws IOException {
        try (var bench = new Bench(mode);
                var driver = bench.driver(packed ? Bench.PACKED : Bench.SPLIT)) {
            var region = driver.ram().regions().getFirst();
            driver.ram().truncate(region, VhostUserFrontEnd.RAM_BYTES / 2);
            var gone = VhostUserFrontEnd.RAM + VhostUserFrontEnd.RAM_BYTES - 4096;
            driver.queue(1).ring().add(List.of(new Buffer(gone, 8, false), new Buffer(gone, 8, true)), false);
            driver.kick(driver.queue(1));
            assertThat(driver.socket().isClosedByDevice()).isTrue();
            try (var next = bench.driver(Bench.SPLIT)) {
                assertThat(Bench.echo(next, 1, "next", 10)).isEqualTo("next");
            }
        }
    }

    @Test
    void ringOutsideMemoryStopsItsQueueOnly() throws IOException {
        try (var bench = new Bench(IoMode.AUTO);
                var driver = bench.driver(Bench.SPLIT)) {
            var queue = driver.queue(1);
            var base = driver.stop(queue);
            var bad = new long[][] {
                {0, 0, 0},
                {-16, -16, -16},
                {1, 0, 0},
                {0, 1, 0},
                {0, 0, 1},
                {VhostUserFrontEnd.RAM_BYTES - 16, 0, 0},
                {0, VhostUserFrontEnd.RAM_BYTES - 8, 0},
                {0, 0, VhostUserFrontEnd.RAM_BYTES - 4}
            };
            var host = driver.ram().regions().getFirst().userAddress();
            for (int i = 0; i < bad.length; i++) {
                var origin = i < 2 ? 0 : host;
                driver.set(
                        FrontEndSocket.SET_VRING_ADDR,
                        FrontEndSocket.payload(40)
                                .putInt(1)
                                .putInt(0)
                                .putLong(origin + bad[i][0])
                                .putLong(origin + bad[i][1])
                                .putLong(origin + bad[i][2])
                                .putLong(0)
                                .flip());
                driver.set(FrontEndSocket.SET_VRING_KICK, FrontEndSocket.u64(1), queue.kick());
                assertThat(Bench.echo(driver, 0, "other", 10)).isEqualTo("other");
                assertThat(bench.endpoint.queues.get(1).queue.isOpen()).isTrue();
                driver.stop(queue);
            }
            assertThat(bench.counters().value(Counter.QUEUES_BROKEN)).isEqualTo(bad.length);
            driver.start(queue, base);
            assertThat(Bench.echo(driver, 1, "again", 10)).isEqualTo("again");
        }
    }

    @Test
    void endpointThatFailsEndsTheConnectionNotTheDevice() throws IOException {
        try (var bench = new Bench(IoMode.AUTO)) {
            bench.endpoint.failing = true;
            try (var driver = new VhostUserFrontEnd(bench.socket, new Shape(Manner.QEMU, 2, 16, Bench.SPLIT))) {
                driver.socket().send(FrontEndSocket.SET_OWNER, 0, FrontEndSocket.payload(0));
                assertThat(driver.socket().isClosedByDevice()).isTrue();
            }
            bench.endpoint.failing = false;
            try (var driver = bench.driver(Bench.SPLIT)) {
                assertThat(Bench.echo(driver, 1, "next", 10)).isEqualTo("next");
            }
        }
    }

    private static long one(VhostUserFrontEnd driver) {
        Memory.ALL.set(JAVA_INT, driver.syscalls().scratch(), 1);
        Memory.ALL.set(JAVA_INT, driver.syscalls().scratch() + 4, 0);
        return driver.syscalls().scratch();
    }

    @Test
    void devicesOfOneProcessDoNotDisturbEachOther() throws IOException {
        try (var bench = new Bench(IoMode.AUTO)) {
            var otherSocket = bench.folder.resolve("other.sock");
            var other = bench.open(VhostUserConfig.at(otherSocket), new EchoEndpoint());
            try (var one = bench.driver(Bench.SPLIT);
                    var two = VhostUserFrontEnd.started(otherSocket, new Shape(Manner.QEMU, 2, 16, Bench.PACKED))) {
                for (int i = 0; i < 100; i++) {
                    assertThat(Bench.echo(one, i % 2, "one" + i, 10)).isEqualTo("one" + i);
                    assertThat(Bench.echo(two, i % 2, "two" + i, 10)).isEqualTo("two" + i);
                }
            }
            other.close();
            assertThat(otherSocket).doesNotExist();
            try (var one = bench.driver(Bench.SPLIT)) {
                assertThat(Bench.echo(one, 1, "still", 10)).isEqualTo("still");
            }
        }
    }

    @Test
    void secondFrontEndWaitsForTheFirstToGo() throws IOException {
        try (var bench = new Bench(IoMode.AUTO)) {
            var first = bench.driver(Bench.SPLIT);
            try (var second = new VhostUserFrontEnd(bench.socket, new Shape(Manner.QEMU, 2, 16, Bench.SPLIT))) {
                assertThat(Bench.echo(first, 1, "first", 10)).isEqualTo("first");
                first.close();
                assertThat(second.socket().get(FrontEndSocket.GET_QUEUE_NUM)).isEqualTo(2);
            }
        }
    }

    @Test
    void drainWaitsForWhatIsInFlightAndTakesNoMore() throws Exception {
        try (var bench = new Bench(IoMode.AUTO);
                var driver = bench.driver(Bench.SPLIT)) {
            var parked = Bench.offer(driver, 1, "!parked", 10);
            awaitParked(bench, 1);
            var drained = bench.device.drain(Duration.ofSeconds(30)).toCompletableFuture();
            bench.lanes.lane(0).eventLoop().submit(() -> {}).syncUninterruptibly();
            bench.lanes.lane(1).eventLoop().submit(() -> {}).syncUninterruptibly();
            Bench.offer(driver, 1, "too late", 10);
            assertThat(drained).isNotDone();
            bench.endpoint.release();
            drained.get(20, TimeUnit.SECONDS);
            assertThat(driver.await(driver.queue(1)).id()).isEqualTo(parked.id());
            assertThat(driver.queue(1).ring().take()).isEmpty();
        }
    }

    @Test
    void drainEndsAtItsLimit() throws Exception {
        try (var bench = new Bench(IoMode.AUTO, Bench.stopMillis(50));
                var driver = bench.driver(Bench.SPLIT)) {
            Bench.offer(driver, 1, "#stubborn", 10);
            awaitParked(bench, 1);
            bench.device.drain(Duration.ofMillis(20)).toCompletableFuture().get(20, TimeUnit.SECONDS);
            assertThat(bench.endpoint.parked()).isEqualTo(1);
        }
    }

    @Test
    void closeWithAMachineConnectedLeavesNothing() throws IOException {
        var bench = new Bench(IoMode.AUTO, Bench.stopMillis(50));
        var driver = bench.driver(Bench.SPLIT);
        Bench.offer(driver, 1, "!parked", 10);
        awaitParked(bench, 1);
        bench.device.close();
        bench.device.close();
        assertThat(bench.socket).doesNotExist();
        assertThat(bench.endpoint.resets).hasValue(1);
        assertThat(driver.socket().isClosedByDevice()).isTrue();
        driver.close();
        bench.close();
        assertThat(Leaks.guestMappings()).isZero();
    }

    @Test
    void socketIsForItsOwnerOnly() throws IOException {
        try (var bench = new Bench(IoMode.AUTO)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(bench.socket)))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void socketInUseIsRefusedAndAStaleOneReplaced() throws IOException {
        try (var bench = new Bench(IoMode.AUTO)) {
            var config = VhostUserConfig.at(bench.socket);
            assertThatThrownBy(() -> bench.open(config, new EchoEndpoint()))
                    .isInstanceOf(IOException.class)
                    .hasMessage("cannot listen at " + bench.socket + ": another server is using it");
            try (var driver = bench.driver(Bench.SPLIT)) {
                assertThat(Bench.echo(driver, 1, "unharmed", 10)).isEqualTo("unharmed");
            }
            var stale = bench.folder.resolve("stale.sock");
            try (var channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                channel.bind(UnixDomainSocketAddress.of(stale));
            }
            assertThat(stale).exists();
            bench.open(VhostUserConfig.at(stale), new EchoEndpoint()).close();
            assertThat(stale).doesNotExist();
            var file = Files.writeString(bench.folder.resolve("file"), "precious");
            assertThatThrownBy(() -> bench.open(VhostUserConfig.at(file), new EchoEndpoint()))
                    .hasMessage("cannot listen at " + file + ": a file that is not a socket is there");
            assertThat(file).hasContent("precious");
            Files.delete(file);
            var nowhere = bench.folder.resolve("no/such.sock");
            assertThatThrownBy(() -> bench.open(VhostUserConfig.at(nowhere), new EchoEndpoint()))
                    .hasMessage("cannot listen at " + nowhere + ": its directory does not exist");
        }
    }

    @Test
    void inheritedSocketIsServedAndNotRemoved() throws IOException {
        try (var bench = new Bench(IoMode.AUTO)) {
            var path = bench.folder.resolve("inherited.sock");
            var syscalls = new Syscalls();
            var listening = ListeningSocket.open(syscalls, VhostUserConfig.at(path));
            var number = (int) syscalls.call(Syscall.DUP, listening.number());
            var device = bench.open(Bench.plain(Optional.empty(), OptionalInt.of(number)), new EchoEndpoint());
            try (var driver = VhostUserFrontEnd.started(path, new Shape(Manner.QEMU, 2, 16, Bench.SPLIT))) {
                assertThat(Bench.echo(driver, 1, "inherited", 10)).isEqualTo("inherited");
            }
            device.close();
            assertThat(path).exists();
            listening.close();
            assertThat(path).doesNotExist();
        }
    }
}
