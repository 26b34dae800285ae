package org.dpfs4j.vhostuser;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.dpfs4j.io.EventFd;
import org.dpfs4j.io.Fd;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Syscall;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.metrics.Counter;
import org.dpfs4j.tck.vhost.FrontEnd;
import org.dpfs4j.tck.vhost.TestDriver;
import org.dpfs4j.tck.vhost.TestDriver.Manner;
import org.dpfs4j.tck.vhost.TestDriver.Shape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Control messages: what each answers, and that none of a hostile front end does harm. */
class MessageTest {
    private static final long REPLY_ACK = 1L << 3;

    private Bench bench;

    @BeforeEach
    void open() throws IOException {
        bench = new Bench(IoMode.AUTO);
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    private TestDriver connected() throws IOException {
        var driver = new TestDriver(bench.socket, new Shape(Manner.QEMU, 2, 16, Bench.SPLIT));
        driver.frontEnd().send(FrontEnd.SET_PROTOCOL_FEATURES, 0, FrontEnd.u64(REPLY_ACK));
        return driver;
    }

    private void assertStillServes() throws IOException {
        try (var driver = bench.driver(Bench.SPLIT)) {
            assertThat(Bench.echo(driver, 1, "alive", 10)).isEqualTo("alive");
        }
    }

    @Test
    void queriesAreAnswered() throws IOException {
        try (var driver = connected()) {
            var frontEnd = driver.frontEnd();
            assertThat(frontEnd.get(FrontEnd.GET_FEATURES)).isEqualTo(0x5_7000_0000L);
            assertThat(frontEnd.get(FrontEnd.GET_PROTOCOL_FEATURES)).isEqualTo(0x1_a629L);
            assertThat(frontEnd.get(FrontEnd.GET_QUEUE_NUM)).isEqualTo(2);
            assertThat(frontEnd.get(FrontEnd.GET_MAX_MEM_SLOTS)).isEqualTo(509);
            assertThat(frontEnd.acknowledged(FrontEnd.SET_STATUS, FrontEnd.u64(0xf)))
                    .isZero();
            assertThat(frontEnd.get(FrontEnd.GET_STATUS)).isEqualTo(0xf);
        }
    }

    @Test
    void configurationSpaceHasTagAndQueues() throws IOException {
        try (var driver = connected()) {
            var asked = FrontEnd.payload(12 + 44).putInt(0).putInt(44).putInt(0).rewind();
            driver.frontEnd().send(FrontEnd.GET_CONFIG, 0, asked);
            var answer = driver.frontEnd().receive(FrontEnd.GET_CONFIG);
            assertThat(answer.capacity()).isEqualTo(12 + 44);
            var tag = new byte[36];
            answer.get(12, tag);
            assertThat(new String(tag, StandardCharsets.UTF_8)).isEqualTo("tag" + "\0".repeat(33));
            assertThat(answer.getInt(12 + 36)).isEqualTo(1);
            assertThat(answer.getInt(12 + 40)).isZero();
            driver.frontEnd()
                    .send(
                            FrontEnd.GET_CONFIG,
                            0,
                            FrontEnd.payload(16).putInt(36).putInt(4).rewind());
            assertThat(driver.frontEnd().receive(FrontEnd.GET_CONFIG).getInt(12))
                    .isEqualTo(1);
        }
    }

    @Test
    void messagesInPiecesAreTheSame() throws IOException {
        try (var driver = new TestDriver(bench.socket, new Shape(Manner.QEMU, 2, 16, Bench.SPLIT))) {
            driver.negotiate();
            var region = driver.ram().regions().getFirst();
            var payload = TestDriver.single(region);
            var add = FrontEnd.message(FrontEnd.ADD_MEM_REG, FrontEnd.VERSION | FrontEnd.ANSWER_WANTED, payload);
            var remove = FrontEnd.message(FrontEnd.REM_MEM_REG, FrontEnd.VERSION | FrontEnd.ANSWER_WANTED, payload);
            for (int cut = 1; cut < add.length; cut++) {
                var descriptorsFirst = cut % 2 == 0;
                sendInTwo(driver, add, cut, List.of(region.file()), descriptorsFirst);
                assertThat(driver.frontEnd().receive(FrontEnd.ADD_MEM_REG).getLong(0))
                        .isZero();
                sendInTwo(driver, remove, cut, List.of(), descriptorsFirst);
                assertThat(driver.frontEnd().receive(FrontEnd.REM_MEM_REG).getLong(0))
                        .isZero();
            }
        }
    }

    private static void sendInTwo(TestDriver driver, byte[] message, int cut, List<Fd> fds, boolean descriptorsFirst)
            throws IOException {
        driver.frontEnd().sendBytes(Arrays.copyOf(message, cut), descriptorsFirst ? fds : List.of());
        driver.frontEnd()
                .sendBytes(Arrays.copyOfRange(message, cut, message.length), descriptorsFirst ? List.of() : fds);
    }

    @Test
    void severalMessagesInOnePieceAreTheSame() throws IOException {
        try (var driver = connected()) {
            var get = FrontEnd.message(FrontEnd.GET_QUEUE_NUM, FrontEnd.VERSION, FrontEnd.payload(0));
            var both = Arrays.copyOf(get, 2 * get.length);
            System.arraycopy(get, 0, both, get.length, get.length);
            driver.frontEnd().sendBytes(both, List.of());
            assertThat(driver.frontEnd().receive(FrontEnd.GET_QUEUE_NUM).getLong(0))
                    .isEqualTo(2);
            assertThat(driver.frontEnd().receive(FrontEnd.GET_QUEUE_NUM).getLong(0))
                    .isEqualTo(2);
        }
    }

    /** Number, payload and count of descriptors of messages that must not be taken. */
    static Stream<Arguments> bad() {
        var region = region(TestDriver.RAM, TestDriver.RAM_BYTES, 0x10000, 0);
        return Stream.of(
                Arguments.of("unknown", 99, FrontEnd.payload(0), 0),
                Arguments.of("log base is not offered", 6, FrontEnd.payload(16), 1),
                Arguments.of("features too short", FrontEnd.SET_FEATURES, FrontEnd.payload(4), 0),
                Arguments.of("features not offered", FrontEnd.SET_FEATURES, FrontEnd.u64(1L << 26), 0),
                Arguments.of("protocol features not offered", FrontEnd.SET_PROTOCOL_FEATURES, FrontEnd.u64(-1), 0),
                Arguments.of("queue beyond", FrontEnd.SET_VRING_NUM, FrontEnd.state(2, 16), 0),
                Arguments.of("queue negative", FrontEnd.SET_VRING_NUM, FrontEnd.state(-1, 16), 0),
                Arguments.of("no entries", FrontEnd.SET_VRING_NUM, FrontEnd.state(0, 0), 0),
                Arguments.of("too many entries", FrontEnd.SET_VRING_NUM, FrontEnd.state(0, 1025), 0),
                Arguments.of("entries unsigned", FrontEnd.SET_VRING_NUM, FrontEnd.state(0, -1), 0),
                Arguments.of("addresses too short", FrontEnd.SET_VRING_ADDR, FrontEnd.payload(36), 0),
                Arguments.of("addresses of no queue", FrontEnd.SET_VRING_ADDR, addr(77), 0),
                Arguments.of("base of no queue", FrontEnd.SET_VRING_BASE, FrontEnd.state(3, 0), 0),
                Arguments.of("kick without descriptor", FrontEnd.SET_VRING_KICK, FrontEnd.u64(0), 0),
                Arguments.of("call without descriptor", FrontEnd.SET_VRING_CALL, FrontEnd.u64(1), 0),
                Arguments.of("kick of no queue", FrontEnd.SET_VRING_KICK, FrontEnd.u64(9), 1),
                Arguments.of("kick with unknown bits", FrontEnd.SET_VRING_KICK, FrontEnd.u64(0x200), 1),
                Arguments.of("kick is a file", FrontEnd.SET_VRING_KICK, FrontEnd.u64(0), 1),
                Arguments.of("call is a file", FrontEnd.SET_VRING_CALL, FrontEnd.u64(0), 1),
                Arguments.of("enable 2", FrontEnd.SET_VRING_ENABLE, FrontEnd.state(0, 2), 0),
                Arguments.of("backend channel without descriptor", FrontEnd.SET_BACKEND_REQ_FD, FrontEnd.payload(0), 0),
                Arguments.of("table cut", FrontEnd.SET_MEM_TABLE, FrontEnd.payload(4), 0),
                Arguments.of("table says more", FrontEnd.SET_MEM_TABLE, table(2, region), 2),
                Arguments.of("table says -1", FrontEnd.SET_MEM_TABLE, table(-1, region), 1),
                Arguments.of("table without descriptors", FrontEnd.SET_MEM_TABLE, table(1, region), 0),
                Arguments.of("table overlaps", FrontEnd.SET_MEM_TABLE, table(2, region, region), 2),
                Arguments.of("region without descriptor", FrontEnd.ADD_MEM_REG, single(region), 0),
                Arguments.of("region too short", FrontEnd.ADD_MEM_REG, region, 1),
                Arguments.of("region is empty", FrontEnd.ADD_MEM_REG, single(region(0, 0, 0, 0)), 1),
                Arguments.of("region passes 2^63", FrontEnd.ADD_MEM_REG, single(region(Long.MAX_VALUE, 4096, 0, 0)), 1),
                Arguments.of("region at 2^63", FrontEnd.ADD_MEM_REG, single(region(Long.MIN_VALUE, 4096, 0, 0)), 1),
                Arguments.of("region of 2^63", FrontEnd.ADD_MEM_REG, single(region(0, Long.MIN_VALUE, 0, 0)), 1),
                Arguments.of("file offset passes 2^63", FrontEnd.ADD_MEM_REG, single(region(0, 4096, 0, -4096)), 1),
                Arguments.of(
                        "file too short", FrontEnd.ADD_MEM_REG, single(region(0, TestDriver.RAM_BYTES + 1, 0, 0)), 1),
                Arguments.of(
                        "offset beyond file",
                        FrontEnd.ADD_MEM_REG,
                        single(region(0, 4096, 0, TestDriver.RAM_BYTES)),
                        1),
                Arguments.of("unknown region", FrontEnd.REM_MEM_REG, single(region(0, 4096, 0, 0)), 0),
                Arguments.of("status of 9 bits", FrontEnd.SET_STATUS, FrontEnd.u64(0x100), 0),
                Arguments.of("set owner with payload", FrontEnd.SET_OWNER, FrontEnd.u64(0), 0));
    }

    private static ByteBuffer region(long guest, long size, long user, long offset) {
        return FrontEnd.payload(32)
                .putLong(guest)
                .putLong(size)
                .putLong(user)
                .putLong(offset)
                .flip();
    }

    private static ByteBuffer single(ByteBuffer region) {
        return FrontEnd.payload(40).putLong(0).put(region.duplicate()).flip();
    }

    private static ByteBuffer table(int count, ByteBuffer... regions) {
        var payload = FrontEnd.payload(8 + 32 * regions.length).putInt(count).putInt(0);
        for (var region : regions) {
            payload.put(region.duplicate());
        }
        return payload.flip();
    }

    private static ByteBuffer addr(int queue) {
        return FrontEnd.payload(40).putInt(queue).rewind();
    }

    /** Memory files of the machine; for kicks they are what must be refused. */
    private static Fd[] files(TestDriver driver, int count) {
        return Collections.nCopies(count, driver.ram().regions().getFirst().file())
                .toArray(new Fd[0]);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bad")
    void badMessageIsRefusedWhereAnAnswerIsWanted(String name, int request, ByteBuffer payload, int fds)
            throws IOException {
        try (var driver = connected()) {
            assertThat(driver.frontEnd().acknowledged(request, payload, files(driver, fds)))
                    .isNotZero();
            assertThat(driver.frontEnd().get(FrontEnd.GET_QUEUE_NUM)).isEqualTo(2);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bad")
    void badMessageEndsTheConnectionWhereNoAnswerIsWanted(String name, int request, ByteBuffer payload, int fds)
            throws IOException {
        try (var driver = connected()) {
            driver.frontEnd().send(request, 0, payload, files(driver, fds));
            assertThat(driver.frontEnd().isClosedByDevice()).isTrue();
        }
        assertThat(bench.device.counters().value(Counter.MESSAGES_REFUSED)).isEqualTo(1);
        assertStillServes();
    }

    @Test
    void wrongHeaderEndsTheConnection() throws IOException {
        for (var flags : List.of(0, 2, 3, FrontEnd.VERSION | 4)) {
            try (var driver = connected()) {
                driver.frontEnd()
                        .sendBytes(FrontEnd.message(FrontEnd.GET_FEATURES, flags, FrontEnd.payload(0)), List.of());
                assertThat(driver.frontEnd().isClosedByDevice()).isTrue();
            }
        }
        for (var size : List.of(-1, Integer.MAX_VALUE, 4097)) {
            try (var driver = connected()) {
                var header = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
                header.putInt(FrontEnd.SET_FEATURES).putInt(FrontEnd.VERSION).putInt(size);
                driver.frontEnd().sendBytes(header.array(), List.of());
                assertThat(driver.frontEnd().isClosedByDevice()).isTrue();
            }
        }
        assertStillServes();
    }

    @Test
    void hangUpInsideAMessageIsHarmless() throws IOException {
        for (int cut = 1; cut < 20; cut++) {
            try (var driver = connected()) {
                var message = FrontEnd.message(FrontEnd.SET_FEATURES, FrontEnd.VERSION, FrontEnd.u64(0));
                driver.frontEnd().sendBytes(Arrays.copyOf(message, cut), List.of());
            }
        }
        assertStillServes();
    }

    @Test
    void descriptorsNobodyAskedForAreClosed() throws IOException {
        try (var driver = connected()) {
            driver.frontEnd().get(FrontEnd.GET_QUEUE_NUM);
            var before = Leaks.descriptors();
            for (int i = 0; i < 10; i++) {
                var files = files(driver, 60);
                driver.frontEnd().send(FrontEnd.GET_QUEUE_NUM, 0, FrontEnd.payload(0), files);
                assertThat(driver.frontEnd().receive(FrontEnd.GET_QUEUE_NUM).getLong(0))
                        .isEqualTo(2);
                driver.frontEnd().acknowledged(FrontEnd.SET_VRING_ERR, FrontEnd.u64(0), files(driver, 3));
                driver.frontEnd().acknowledged(99, FrontEnd.u64(0), files(driver, 3));
            }
            // One more message: what came with the last one is closed when the next is read.
            driver.frontEnd().get(FrontEnd.GET_QUEUE_NUM);
            assertThat(Leaks.descriptors()).isEqualTo(before);
        }
    }

    @Test
    void moreDescriptorsThanThereIsRoomForEndTheConnection() throws IOException {
        try (var driver = connected()) {
            driver.frontEnd().get(FrontEnd.GET_QUEUE_NUM);
            driver.frontEnd().send(FrontEnd.GET_QUEUE_NUM, 0, FrontEnd.payload(0), files(driver, 65));
            assertThat(driver.frontEnd().isClosedByDevice()).isTrue();
        }
        assertStillServes();
    }

    @Test
    void backendChannelIsKeptAndReplaced() throws IOException {
        try (var driver = connected()) {
            driver.frontEnd().get(FrontEnd.GET_QUEUE_NUM);
            var before = Leaks.descriptors();
            var channel = EventFd.open(driver.syscalls());
            for (int i = 0; i < 3; i++) {
                assertThat(driver.frontEnd().acknowledged(FrontEnd.SET_BACKEND_REQ_FD, FrontEnd.payload(0), channel))
                        .isZero();
            }
            channel.close();
            assertThat(Leaks.descriptors()).isEqualTo(before + 1);
        }
    }

    @Test
    void randomMessagesDoNoHarm() throws IOException {
        var random = new Random(4711);
        for (int round = 0; round < 300; round++) {
            try (var driver = connected()) {
                for (int i = 0; i < 5; i++) {
                    var payload = new byte[random.nextInt(random.nextBoolean() ? 9 : 80)];
                    random.nextBytes(payload);
                    if (random.nextBoolean()) {
                        Arrays.fill(payload, (byte) random.nextInt(3));
                    }
                    var fds = new ArrayList<Fd>(List.of(files(driver, random.nextInt(3))));
                    driver.frontEnd()
                            .sendBytes(
                                    FrontEnd.message(
                                            random.nextInt(44),
                                            FrontEnd.VERSION | (random.nextBoolean() ? FrontEnd.ANSWER_WANTED : 0),
                                            ByteBuffer.wrap(payload)),
                                    fds);
                }
            } catch (IOException e) {
                // The device has hung up while we were sending.
                assertThat(e).hasMessageContaining("sendmsg");
            }
        }
        assertStillServes();
    }

    @Test
    void fullCallPipeDoesNotBlockALane() throws IOException {
        try (var driver = bench.driver(Bench.SPLIT)) {
            var pair = driver.syscalls().scratch();
            driver.syscalls().call(Syscall.SOCKETPAIR, 1, 1 | 02000000, 0, pair);
            var ours = new Fd(Memory.ALL.get(JAVA_INT, pair));
            var theirs = new Fd(Memory.ALL.get(JAVA_INT, pair + 4));
            driver.set(FrontEnd.SET_VRING_CALL, FrontEnd.u64(1), theirs);
            while (driver.syscalls().call(Syscall.WRITE, theirs.number(), pair + 64, 4096) > 0) {
                // Until it is full: it does not block any more.
            }
            driver.queue(1).ring().wantCalls(true);
            for (int i = 0; i < 100; i++) {
                assertThat(Bench.echo(driver, 1, "hello", 5)).isEqualTo("hello");
            }
            ours.close();
            theirs.close();
        }
    }
}
