package org.dpfs4j.vhostuser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dpfs4j.client.Buffer;
import org.dpfs4j.client.DriverRing;
import org.dpfs4j.client.FrontEndSocket;
import org.dpfs4j.client.Used;
import org.dpfs4j.client.VhostUserFrontEnd;
import org.dpfs4j.client.VhostUserFrontEnd.Manner;
import org.dpfs4j.client.VhostUserFrontEnd.Shape;
import org.dpfs4j.io.EventFd;
import org.dpfs4j.io.IoMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests go through both kinds of ring unchanged, however they are cut, over many wraps. */
class EchoTest {
    private static final int ROUNDS = 3000;

    @ParameterizedTest
    @CsvSource({
        "IO_URING, false, true, true, 16",
        "EPOLL, false, true, false, 16",
        "IO_URING, false, false, true, 128",
        "IO_URING, true, true, true, 16",
        "EPOLL, true, true, true, 128",
        "IO_URING, true, true, false, 16",
        "EPOLL, true, false, true, 5"
    })
    void anyCutIsTheSameRequest(IoMode mode, boolean packed, boolean indirect, boolean eventIdx, int entries)
            throws IOException {
        var features = DriverRing.VERSION_1
                | (packed ? DriverRing.RING_PACKED : 0)
                | (indirect ? DriverRing.INDIRECT_DESC : 0)
                | (eventIdx ? DriverRing.EVENT_IDX : 0);
        try (var bench = new Bench(mode);
                var driver = VhostUserFrontEnd.started(bench.socket, new Shape(Manner.QEMU, 2, entries, features))) {
            var random = new Random(entries + features);
            var queue = driver.queue(1);
            var length = 3000;
            var area = new long[entries];
            for (int i = 0; i < entries; i++) {
                area[i] = driver.ram().allocate(2L * length, 1);
            }
            var free = new ArrayList<Integer>();
            for (int i = 0; i < entries; i++) {
                free.add(i);
            }
            var content = new byte[entries][];
            var sent = new HashMap<Integer, Integer>();
            var perChain = Math.max(2, entries / 4);
            for (int done = 0, round = 0; done < ROUNDS; round++) {
                while (sent.size() < entries / perChain && done + sent.size() < ROUNDS) {
                    var slot = free.removeLast();
                    var bytes = new byte[1 + random.nextInt(length)];
                    random.nextBytes(bytes);
                    bytes[0] = 'x';
                    driver.ram().write(area[slot], bytes);
                    var chain = new ArrayList<Buffer>();
                    chain.addAll(cut(random, area[slot], bytes.length, 1 + random.nextInt(perChain / 2), false));
                    chain.addAll(
                            cut(random, area[slot] + length, bytes.length, 1 + random.nextInt(perChain / 2), true));
                    var id = queue.ring().add(chain, indirect && random.nextBoolean());
                    content[slot] = bytes;
                    sent.put(id, slot);
                }
                driver.kick(queue);
                var used = driver.await(queue);
                var slot = sent.remove(used.id());
                assertThat(slot).as("round %d", round).isNotNull();
                assertThat(used.length()).isEqualTo(content[slot].length);
                assertThat(driver.ram().read(area[slot] + length, content[slot].length))
                        .isEqualTo(content[slot]);
                free.add(slot);
                done++;
            }
        }
    }

    /** Cuts a range into pieces, some of them empty. */
    private static List<Buffer> cut(Random random, long address, int length, int pieces, boolean writable) {
        var cuts = random.ints(pieces - 1L, 0, length + 1).sorted().toArray();
        var buffers = new ArrayList<Buffer>();
        var from = 0;
        for (int i = 0; i < pieces; i++) {
            var to = i < cuts.length ? cuts[i] : length;
            buffers.add(new Buffer(address + from, to - from, writable));
            from = to;
        }
        return buffers;
    }

    @ParameterizedTest
    @CsvSource({"IO_URING, false", "EPOLL, false", "IO_URING, true", "EPOLL, true"})
    void descriptorMayPassFromOneRegionToTheNext(IoMode mode, boolean packed) throws IOException {
        try (var bench = new Bench(mode);
                var driver = new VhostUserFrontEnd(
                        bench.socket, new Shape(Manner.QEMU, 2, 16, packed ? Bench.PACKED : Bench.SPLIT))) {
            var border = VhostUserFrontEnd.RAM + VhostUserFrontEnd.RAM_BYTES;
            driver.ram().add(border, 1 << 20);
            driver.negotiate();
            driver.sendMemory();
            driver.addQueue();
            var queue = driver.addQueue();
            driver.start(queue, queue.ring().firstBase());
            var text = "across the border".getBytes(StandardCharsets.UTF_8);
            driver.ram().write(border - 5, text);
            queue.ring()
                    .add(
                            List.of(
                                    new Buffer(border - 5, text.length, false),
                                    new Buffer(border - 100, 80, true),
                                    new Buffer(border + 100, 80, true)),
                            true);
            driver.kick(queue);
            assertThat(driver.await(queue).length()).isEqualTo(text.length);
            assertThat(driver.ram().read(border - 100, text.length)).isEqualTo(text);
        }
    }

    @ParameterizedTest
    @CsvSource({"IO_URING, false", "EPOLL, false", "IO_URING, true", "EPOLL, true"})
    void driverIsCalledWhenItWantsToBe(IoMode mode, boolean packed) throws IOException {
        try (var bench = new Bench(mode);
                var driver = bench.driver(packed ? Bench.PACKED : Bench.SPLIT)) {
            var queue = driver.queue(1);
            while (driver.awaitCall(queue.call(), Duration.ZERO)) {
                // The first signal of the call descriptor itself.
            }
            for (int i = 0; i < 200; i++) {
                queue.ring().wantCalls(true);
                Bench.offer(driver, 1, "x", 1);
                assertThat(driver.awaitCall(queue.call(), Duration.ofSeconds(10)))
                        .as("call %d", i)
                        .isTrue();
                driver.await(queue);
            }
        }
    }

    /** Quick is a matter of the machine's mood, so one turn of many is enough. */
    @ParameterizedTest
    @CsvSource({"false", "true"})
    void driverHearsOfQuickAnswersWhileOthersAreOnTheirWay(boolean packed) throws IOException {
        try (var bench = new Bench(IoMode.AUTO);
                var driver = bench.driver(packed ? Bench.PACKED : Bench.SPLIT)) {
            var queue = driver.queue(1);
            var heard = new AtomicBoolean();
            bench.endpoint.look = () -> heard.compareAndSet(false, driver.awaitCall(queue.call(), Duration.ZERO));
            for (int round = 0; round < 1000 && !heard.get(); round++) {
                while (driver.awaitCall(queue.call(), Duration.ZERO)) {
                    // What the last round has left.
                }
                queue.ring().wantCalls(true);
                var held = holdLane(bench);
                for (int i = 0; i < 8; i++) {
                    Bench.offer(driver, 1, i < 7 ? "x" : "?", 1);
                }
                held.countDown();
                for (int i = 0; i < 8; i++) {
                    driver.await(queue);
                }
                settle(bench);
            }
            assertThat(heard).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"IO_URING, false, true", "EPOLL, false, false", "IO_URING, true, true", "EPOLL, true, false"})
    void sleepingDriverMissesNoAnswer(IoMode mode, boolean packed, boolean eventIdx) throws IOException {
        var features = (packed ? Bench.PACKED : Bench.SPLIT) & (eventIdx ? -1 : ~DriverRing.EVENT_IDX);
        try (var bench = new Bench(mode);
                var driver = bench.driver(features)) {
            var queue = driver.queue(1);
            for (int i = 0; i < 200; i++) {
                var id = Bench.offer(driver, 1, "x", 1).id();
                assertThat(driver.sleep(queue, Duration.ofSeconds(10)))
                        .as("answer %d", i)
                        .contains(new Used(id, 1));
            }
            assertThat(driver.sleep(queue, Duration.ZERO)).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"false, true", "false, false", "true, true", "true, false"})
    void driverIsNotCalledWhenItDoesNotWantToBe(boolean packed, boolean eventIdx) throws IOException {
        var features = (packed ? Bench.PACKED : Bench.SPLIT) & (eventIdx ? -1 : ~DriverRing.EVENT_IDX);
        try (var bench = new Bench(IoMode.AUTO);
                var driver = bench.driver(features)) {
            var queue = driver.queue(1);
            queue.ring().wantCalls(false);
            assertThat(Bench.echo(driver, 1, "first", 5)).isEqualTo("first");
            settle(bench);
            while (driver.awaitCall(queue.call(), Duration.ZERO)) {
                // What came before: the first one is always signalled.
            }
            for (int i = 0; i < 10; i++) {
                queue.ring().wantCalls(false);
                assertThat(Bench.echo(driver, 1, "quiet", 5)).isEqualTo("quiet");
                settle(bench);
            }
            assertThat(driver.awaitCall(queue.call(), Duration.ZERO)).isFalse();
        }
    }

    /** Lets the lane of the request queue do nothing, from now on until the latch is counted down. */
    private static CountDownLatch holdLane(Bench bench) {
        var held = new CountDownLatch(1);
        var holds = new CountDownLatch(1);
        bench.endpoint.queues.get(1).queue.lane().execute(() -> {
            holds.countDown();
            await(held);
        });
        await(holds);
        return held;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits until the lanes have done what they are at. */
    private static void settle(Bench bench) {
        for (int i = 0; i < bench.lanes.count(); i++) {
            bench.lanes.lane(i).eventLoop().submit(() -> {}).syncUninterruptibly();
        }
    }

    @Test
    void manyChainsAtOnceAreAllAnswered() throws IOException {
        try (var bench = new Bench(IoMode.AUTO);
                var driver = VhostUserFrontEnd.started(bench.socket, new Shape(Manner.QEMU, 2, 1024, Bench.SPLIT))) {
            var queue = driver.queue(1);
            var buffer = driver.ram().allocate(64, 1);
            for (int round = 0; round < 5; round++) {
                for (int i = 0; i < 1024; i++) {
                    queue.ring().add(List.of(new Buffer(buffer, 8, false), new Buffer(buffer + 8, 8, true)), true);
                }
                driver.kick(queue);
                for (int i = 0; i < 1024; i++) {
                    assertThat(driver.await(queue).length()).isEqualTo(8);
                }
            }
            assertThat(queue.ring().inFlight()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"IO_URING, false", "EPOLL, true"})
    void withoutKickDescriptorTheRingIsPolled(IoMode mode, boolean packed) throws IOException {
        try (var bench = new Bench(mode);
                var driver = bench.driver(packed ? Bench.PACKED : Bench.SPLIT)) {
            driver.set(FrontEndSocket.SET_VRING_KICK, FrontEndSocket.u64(FrontEndSocket.NO_FD | 1));
            driver.set(FrontEndSocket.SET_VRING_CALL, FrontEndSocket.u64(FrontEndSocket.NO_FD | 1));
            for (int i = 0; i < 40; i++) {
                assertThat(Bench.echo(driver, 1, "no kick, no call", 16)).isEqualTo("no kick, no call");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"IO_URING", "EPOLL"})
    void newCallDescriptorIsSignalledAtOnce(IoMode mode) throws IOException {
        try (var bench = new Bench(mode);
                var driver = bench.driver(Bench.SPLIT)) {
            var call = EventFd.open(driver.syscalls());
            driver.set(FrontEndSocket.SET_VRING_CALL, FrontEndSocket.u64(1), call);
            assertThat(driver.awaitCall(call, Duration.ofSeconds(10))).isTrue();
            driver.queue(1).ring().wantCalls(true);
            Bench.offer(driver, 1, "x", 1);
            assertThat(driver.awaitCall(call, Duration.ofSeconds(10))).isTrue();
            call.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"IO_URING", "EPOLL"})
    void newKickDescriptorTakesOver(IoMode mode) throws IOException {
        try (var bench = new Bench(mode);
                var driver = bench.driver(Bench.SPLIT)) {
            var kick = EventFd.open(driver.syscalls());
            driver.set(FrontEndSocket.SET_VRING_KICK, FrontEndSocket.u64(1), kick);
            for (int i = 0; i < 20; i++) {
                var buffer = driver.ram().allocate(8, 1);
                driver.queue(1).ring().add(List.of(new Buffer(buffer, 4, false), new Buffer(buffer, 4, true)), false);
                EventFd.signal(driver.syscalls(), kick);
                assertThat(driver.await(driver.queue(1)).length()).isEqualTo(4);
            }
            kick.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"IO_URING", "EPOLL"})
    void whatIsAvailableBeforeTheStartIsServedWithoutKick(IoMode mode) throws IOException {
        try (var bench = new Bench(mode);
                var driver = new VhostUserFrontEnd(bench.socket, new Shape(Manner.QEMU, 2, 16, Bench.SPLIT))) {
            driver.negotiate();
            driver.sendMemory();
            driver.addQueue();
            var queue = driver.addQueue();
            var buffer = driver.ram().allocate(8, 1);
            queue.ring().add(List.of(new Buffer(buffer, 4, false), new Buffer(buffer, 4, true)), false);
            driver.start(queue, 0);
            assertThat(driver.await(queue).length()).isEqualTo(4);
        }
    }

    @Test
    void kickBeforeEnableIsNotLostAndNotServedEarly() throws IOException {
        try (var bench = new Bench(IoMode.AUTO);
                var driver = bench.driver(Bench.SPLIT)) {
            driver.set(FrontEndSocket.SET_VRING_ENABLE, FrontEndSocket.state(1, 0));
            Bench.offer(driver, 1, "x", 1);
            assertThat(Bench.echo(driver, 0, "other queue", 20)).isEqualTo("other queue");
            settle(bench);
            assertThat(driver.queue(1).ring().take()).isEmpty();
            driver.set(FrontEndSocket.SET_VRING_ENABLE, FrontEndSocket.state(1, 1));
            assertThat(driver.await(driver.queue(1)).length()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"false, 0", "false, 65530", "true, 0"})
    void stoppedRingGoesOnWhereItWas(boolean packed, int base) throws IOException {
        try (var bench = new Bench(IoMode.AUTO);
                var driver = bench.driver(packed ? Bench.PACKED : Bench.SPLIT)) {
            var queue = driver.queue(1);
            for (int i = 0; i < 70; i++) {
                assertThat(Bench.echo(driver, 1, "x" + i, 9)).isEqualTo("x" + i);
                var at = driver.stop(queue);
                assertThat(driver.stop(queue)).isEqualTo(at);
                driver.start(queue, at);
            }
        }
    }

    @Test
    void packedRingOfAFrontEndThatSaysZeroBeginsFresh() throws IOException {
        try (var bench = new Bench(IoMode.AUTO);
                var driver =
                        new VhostUserFrontEnd(bench.socket, new Shape(Manner.USER_MODE_LINUX, 2, 16, Bench.PACKED))) {
            driver.negotiate();
            driver.sendMemory();
            driver.addQueue();
            driver.addQueue();
            driver.start(driver.queue(1), 0);
            for (int i = 0; i < 40; i++) {
                assertThat(Bench.echo(driver, 1, "x" + i, 9)).isEqualTo("x" + i);
            }
        }
    }

    @Test
    void replyIsNeverLongerThanItsRoom() throws IOException {
        try (var bench = new Bench(IoMode.AUTO);
                var driver = bench.driver(Bench.SPLIT)) {
            assertThat(Bench.echo(driver, 1, "no room", 0)).isEmpty();
            assertThat(Bench.echo(driver, 1, "more", 4)).isEqualTo("more");
        }
    }

    @Test
    void everyRequestQueueIsServed() throws IOException {
        try (var bench = new Bench(IoMode.AUTO, Bench.requestQueues(5));
                var driver = VhostUserFrontEnd.started(bench.socket, new Shape(Manner.QEMU, 6, 8, Bench.SPLIT))) {
            assertThat(driver.socket().get(FrontEndSocket.GET_QUEUE_NUM)).isEqualTo(6);
            for (int queue = 0; queue < 6; queue++) {
                assertThat(Bench.echo(driver, queue, "queue " + queue, 20)).isEqualTo("queue " + queue);
            }
        }
    }

    /** Another lane would have to wake up for what is forgotten while the guest works. */
    @Test
    void hiprioIsOnTheLaneOfTheFirstRequests() throws IOException {
        try (var bench = new Bench(IoMode.AUTO);
                var driver = bench.driver(Bench.SPLIT)) {
            assertThat(Bench.echo(driver, 0, "x", 1)).isEqualTo("x");
            var lanes = bench.endpoint.queues.stream()
                    .map(echo -> echo.queue.lane())
                    .toList();
            assertThat(lanes).hasSize(2).containsOnly(lanes.getFirst());
        }
    }

    /** Law 7: however much one queue has to move, the lane's other queues have their turn after a MiB of it. */
    @ParameterizedTest
    @CsvSource({"IO_URING, false", "EPOLL, true"})
    void aTurnEndsAfterAMebibyte(IoMode mode, boolean packed) throws Exception {
        var chains = 12;
        var room = 1 << 20;
        try (var bench = new Bench(mode);
                var driver = bench.driver(packed ? Bench.PACKED : Bench.SPLIT)) {
            var queue = driver.queue(1);
            var chain = List.of(
                    new Buffer(driver.ram().allocate(4, 4), 4, false),
                    new Buffer(driver.ram().allocate(room, 4096), room, true));
            Bench.echo(driver, 1, "there", 8);
            var held = holdLane(bench);
            var before = bench.endpoint.batches.get();
            for (int i = 0; i < chains; i++) {
                queue.ring().add(chain, true);
            }
            driver.kick(queue);
            held.countDown();
            for (int i = 0; i < chains; i++) {
                driver.await(queue);
            }
            // The last answer is there before its batch ends.
            settle(bench);
            assertThat(bench.endpoint.batches.get() - before).isGreaterThanOrEqualTo(chains);
        }
    }
}
