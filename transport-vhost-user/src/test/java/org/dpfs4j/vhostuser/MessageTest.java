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
import org.awaitility.Awaitility;
import org.dpfs4j.client.FrontEndSocket;
import org.dpfs4j.client.VhostUserFrontEnd;
import org.dpfs4j.client.VhostUserFrontEnd.Manner;
import org.dpfs4j.client.VhostUserFrontEnd.Shape;
import org.dpfs4j.io.EventFd;
import org.dpfs4j.io.Fd;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Syscall;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.metrics.Counter;
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

    private VhostUserFrontEnd connected() throws IOException {
        var driver = new VhostUserFrontEnd(bench.socket, new Shape(Manner.QEMU, 2, 16, Bench.SPLIT));
        driver.socket().send(FrontEndSocket.SET_PROTOCOL_FEATURES, 0, FrontEndSocket.u64(REPLY_ACK));
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
            var frontEnd = driver.socket();
            assertThat(frontEnd.get(FrontEndSocket.GET_FEATURES)).isEqualTo(0x5_7000_0000L);
            assertThat(frontEnd.get(FrontEndSocket.GET_PROTOCOL_FEATURES)).isEqualTo(0x1_a629L);
            assertThat(frontEnd.get(FrontEndSocket.GET_QUEUE_NUM)).isEqualTo(2);
            assertThat(frontEnd.get(FrontEndSocket.GET_MAX_MEM_SLOTS)).isEqualTo(509);
            assertThat(frontEnd.acknowledged(FrontEndSocket.SET_STATUS, FrontEndSocket.u64(0xf)))
                    .isZero();
            assertThat(frontEnd.get(FrontEndSocket.GET_STATUS)).isEqualTo(0xf);
        }
    }

    @Test
    void configurationSpaceHasTagAndQueues() throws IOException {
        try (var driver = connected()) {
            var asked = FrontEndSocket.payload(12 + 44)
                    .putInt(0)
                    .putInt(44)
                    .putInt(0)
                    .rewind();
            driver.socket().send(FrontEndSocket.GET_CONFIG, 0, asked);
            var answer = driver.socket().receive(FrontEndSocket.GET_CONFIG);
            assertThat(answer.capacity()).isEqualTo(12 + 44);
            var tag = new byte[36];
            answer.get(12, tag);
            assertThat(new String(tag, StandardCharsets.UTF_8)).isEqualTo("tag" + "\0".repeat(33));
            assertThat(answer.getInt(12 + 36)).isEqualTo(1);
            assertThat(answer.getInt(12 + 40)).isZero();
            driver.socket()
                    .send(
                            FrontEndSocket.GET_CONFIG,
                            0,
                            FrontEndSocket.payload(16).putInt(36).putInt(4).rewind());
            assertThat(driver.socket().receive(FrontEndSocket.GET_CONFIG).getInt(12))
                    .isEqualTo(1);
        }
    }

    @Test
    void messagesInPiecesAreTheSame() throws IOException {
        try (var driver = new VhostUserFrontEnd(bench.socket, new Shape(Manner.QEMU, 2, 16, Bench.SPLIT))) {
            driver.negotiate();
            var region = driver.ram().regions().getFirst();
            var payload = VhostUserFrontEnd.single(region);
            var add = FrontEndSocket.message(
                    FrontEndSocket.ADD_MEM_REG, FrontEndSocket.VERSION | FrontEndSocket.ANSWER_WANTED, payload);
            var remove = FrontEndSocket.message(
                    FrontEndSocket.REM_MEM_REG, FrontEndSocket.VERSION | FrontEndSocket.ANSWER_WANTED, payload);
            for (int cut = 1; cut < add.length; cut++) {
                var descriptorsFirst = cut % 2 == 0;
                sendInTwo(driver, add, cut, List.of(region.file()), descriptorsFirst);
                assertThat(driver.socket().receive(FrontEndSocket.ADD_MEM_REG).getLong(0))
                        .isZero();
                sendInTwo(driver, remove, cut, List.of(), descriptorsFirst);
                assertThat(driver.socket().receive(FrontEndSocket.REM_MEM_REG).getLong(0))
                        .isZero();
            }
        }
    }

    private static void sendInTwo(
            VhostUserFrontEnd driver, byte[] message, int cut, List<Fd> fds, boolean descriptorsFirst)
            throws IOException {
        driver.socket().sendBytes(Arrays.copyOf(message, cut), descriptorsFirst ? fds : List.of());
        driver.socket().sendBytes(Arrays.copyOfRange(message, cut, message.length), descriptorsFirst ? List.of() : fds);
    }

    @Test
    void severalMessagesInOnePieceAreTheSame() throws IOException {
        try (var driver = connected()) {
            var get = FrontEndSocket.message(
                    FrontEndSocket.GET_QUEUE_NUM, FrontEndSocket.VERSION, FrontEndSocket.payload(0));
            var both = Arrays.copyOf(get, 2 * get.length);
            System.arraycopy(get, 0, both, get.length, get.length);
            driver.socket().sendBytes(both, List.of());
            assertThat(driver.socket().receive(FrontEndSocket.GET_QUEUE_NUM).getLong(0))
                    .isEqualTo(2);
            assertThat(driver.socket().receive(FrontEndSocket.GET_QUEUE_NUM).getLong(0))
                    .isEqualTo(2);
        }
    }

    /** Number, payload and count of descriptors of messages that must not be taken. */
    static Stream<Arguments> bad() {
        var region = region(VhostUserFrontEnd.RAM, VhostUserFrontEnd.RAM_BYTES, 0x10000, 0);
        return Stream.of(
                Arguments.of("unknown", 99, FrontEndSocket.payload(0), 0),
                Arguments.of("log base is not offered", 6, FrontEndSocket.payload(16), 1),
                Arguments.of("features too short", FrontEndSocket.SET_FEATURES, FrontEndSocket.payload(4), 0),
                Arguments.of("features not offered", FrontEndSocket.SET_FEATURES, FrontEndSocket.u64(1L << 26), 0),
                Arguments.of(
                        "protocol features not offered",
                        FrontEndSocket.SET_PROTOCOL_FEATURES,
                        FrontEndSocket.u64(-1),
                        0),
                Arguments.of("queue beyond", FrontEndSocket.SET_VRING_NUM, FrontEndSocket.state(2, 16), 0),
                Arguments.of("queue negative", FrontEndSocket.SET_VRING_NUM, FrontEndSocket.state(-1, 16), 0),
                Arguments.of("no entries", FrontEndSocket.SET_VRING_NUM, FrontEndSocket.state(0, 0), 0),
                Arguments.of("too many entries", FrontEndSocket.SET_VRING_NUM, FrontEndSocket.state(0, 1025), 0),
                Arguments.of("entries unsigned", FrontEndSocket.SET_VRING_NUM, FrontEndSocket.state(0, -1), 0),
                Arguments.of("addresses too short", FrontEndSocket.SET_VRING_ADDR, FrontEndSocket.payload(36), 0),
                Arguments.of("addresses of no queue", FrontEndSocket.SET_VRING_ADDR, addr(77), 0),
                Arguments.of("base of no queue", FrontEndSocket.SET_VRING_BASE, FrontEndSocket.state(3, 0), 0),
                Arguments.of("kick without descriptor", FrontEndSocket.SET_VRING_KICK, FrontEndSocket.u64(0), 0),
                Arguments.of("call without descriptor", FrontEndSocket.SET_VRING_CALL, FrontEndSocket.u64(1), 0),
                Arguments.of("kick of no queue", FrontEndSocket.SET_VRING_KICK, FrontEndSocket.u64(9), 1),
                Arguments.of("kick with unknown bits", FrontEndSocket.SET_VRING_KICK, FrontEndSocket.u64(0x200), 1),
                Arguments.of("kick is a file", FrontEndSocket.SET_VRING_KICK, FrontEndSocket.u64(0), 1),
                Arguments.of("call is a file", FrontEndSocket.SET_VRING_CALL, FrontEndSocket.u64(0), 1),
                Arguments.of("enable 2", FrontEndSocket.SET_VRING_ENABLE, FrontEndSocket.state(0, 2), 0),
                Arguments.of(
                        "backend channel without descriptor",
                        FrontEndSocket.SET_BACKEND_REQ_FD,
                        FrontEndSocket.payload(0),
                        0),
                Arguments.of("table cut", FrontEndSocket.SET_MEM_TABLE, FrontEndSocket.payload(4), 0),
                Arguments.of("table says more", FrontEndSocket.SET_MEM_TABLE, table(2, region), 2),
                Arguments.of("table says -1", FrontEndSocket.SET_MEM_TABLE, table(-1, region), 1),
                Arguments.of("table without descriptors", FrontEndSocket.SET_MEM_TABLE, table(1, region), 0),
                Arguments.of("table overlaps", FrontEndSocket.SET_MEM_TABLE, table(2, region, region), 2),
                Arguments.of("region without descriptor", FrontEndSocket.ADD_MEM_REG, single(region), 0),
                Arguments.of("region too short", FrontEndSocket.ADD_MEM_REG, region, 1),
                Arguments.of("region is empty", FrontEndSocket.ADD_MEM_REG, single(region(0, 0, 0, 0)), 1),
                Arguments.of(
                        "region passes 2^63",
                        FrontEndSocket.ADD_MEM_REG,
                        single(region(Long.MAX_VALUE, 4096, 0, 0)),
                        1),
                Arguments.of(
                        "region at 2^63", FrontEndSocket.ADD_MEM_REG, single(region(Long.MIN_VALUE, 4096, 0, 0)), 1),
                Arguments.of("region of 2^63", FrontEndSocket.ADD_MEM_REG, single(region(0, Long.MIN_VALUE, 0, 0)), 1),
                Arguments.of(
                        "file offset passes 2^63", FrontEndSocket.ADD_MEM_REG, single(region(0, 4096, 0, -4096)), 1),
                Arguments.of(
                        "file too short",
                        FrontEndSocket.ADD_MEM_REG,
                        single(region(0, VhostUserFrontEnd.RAM_BYTES + 1, 0, 0)),
                        1),
                Arguments.of(
                        "offset beyond file",
                        FrontEndSocket.ADD_MEM_REG,
                        single(region(0, 4096, 0, VhostUserFrontEnd.RAM_BYTES)),
                        1),
                Arguments.of("unknown region", FrontEndSocket.REM_MEM_REG, single(region(0, 4096, 0, 0)), 0),
                Arguments.of("status of 9 bits", FrontEndSocket.SET_STATUS, FrontEndSocket.u64(0x100), 0),
                Arguments.of("set owner with payload", FrontEndSocket.SET_OWNER, FrontEndSocket.u64(0), 0));
    }

    private static ByteBuffer region(long guest, long size, long user, long offset) {
        return FrontEndSocket.payload(32)
                .putLong(guest)
                .putLong(size)
                .putLong(user)
                .putLong(offset)
                .flip();
    }

    private static ByteBuffer single(ByteBuffer region) {
        return FrontEndSocket.payload(40).putLong(0).put(region.duplicate()).flip();
    }

    private static ByteBuffer table(int count, ByteBuffer... regions) {
        var payload =
                FrontEndSocket.payload(8 + 32 * regions.length).putInt(count).putInt(0);
        for (var region : regions) {
            payload.put(region.duplicate());
        }
        return payload.flip();
    }

    private static ByteBuffer addr(int queue) {
        return FrontEndSocket.payload(40).putInt(queue).rewind();
    }

    /** Memory files of the machine; for kicks they are what must be refused. */
    private static Fd[] files(VhostUserFrontEnd driver, int count) {
        return Collections.nCopies(count, driver.ram().regions().getFirst().file())
                .toArray(new Fd[0]);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bad")
    void badMessageIsRefusedWhereAnAnswerIsWanted(String name, int request, ByteBuffer payload, int fds)
            throws IOException {
        try (var driver = connected()) {
            assertThat(driver.socket().acknowledged(request, payload, files(driver, fds)))
                    .isNotZero();
            assertThat(driver.socket().get(FrontEndSocket.GET_QUEUE_NUM)).isEqualTo(2);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bad")
    void badMessageEndsTheConnectionWhereNoAnswerIsWanted(String name, int request, ByteBuffer payload, int fds)
            throws IOException {
        try (var driver = connected()) {
            driver.socket().send(request, 0, payload, files(driver, fds));
            assertThat(driver.socket().isClosedByDevice()).isTrue();
        }
        assertThat(bench.counters().value(Counter.MESSAGES_REFUSED)).isEqualTo(1);
        assertStillServes();
    }

    /** CVE-2023-50711: sizes and counts of descriptors that do not belong to the message. */
    @Test
    void cve202350711SizesAndDescriptorsOfAnyMessageAreComparedBeforeUse() throws IOException {
        assertStillServes();
        Awaitility.await().until(() -> bench.endpoint.resets.get() == 1);
        var before = Leaks.descriptors();
        for (int request = 0; request < 45; request++) {
            for (var size : List.of(0, 1, 8, 12, 40, 41, 4096)) {
                for (var count : List.of(0, 1, 9)) {
                    try (var driver = connected()) {
                        var payload = new byte[size];
                        Arrays.fill(payload, (byte) request);
                        var files = files(driver, count);
                        driver.socket().send(request, FrontEndSocket.ANSWER_WANTED, ByteBuffer.wrap(payload), files);
                    }
                }
            }
        }
        assertStillServes();
        Awaitility.await().untilAsserted(() -> assertThat(Leaks.descriptors()).isEqualTo(before));
    }

    @Test
    void wrongHeaderEndsTheConnection() throws IOException {
        for (var flags : List.of(0, 2, 3, FrontEndSocket.VERSION | 4)) {
            try (var driver = connected()) {
                driver.socket()
                        .sendBytes(
                                FrontEndSocket.message(FrontEndSocket.GET_FEATURES, flags, FrontEndSocket.payload(0)),
                                List.of());
                assertThat(driver.socket().isClosedByDevice()).isTrue();
            }
        }
        for (var size : List.of(-1, Integer.MAX_VALUE, 4097)) {
            try (var driver = connected()) {
                var header = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
                header.putInt(FrontEndSocket.SET_FEATURES)
                        .putInt(FrontEndSocket.VERSION)
                        .putInt(size);
                driver.socket().sendBytes(header.array(), List.of());
                assertThat(driver.socket().isClosedByDevice()).isTrue();
            }
        }
        assertStillServes();
    }

    @Test
    void hangUpInsideAMessageIsHarmless() throws IOException {
        for (int cut = 1; cut < 20; cut++) {
            try (var driver = connected()) {
                var message = FrontEndSocket.message(
                        FrontEndSocket.SET_FEATURES, FrontEndSocket.VERSION, FrontEndSocket.u64(0));
                driver.socket().sendBytes(Arrays.copyOf(message, cut), List.of());
            }
        }
        assertStillServes();
    }

    @Test
    void descriptorsNobodyAskedForAreClosed() throws IOException {
        try (var driver = connected()) {
            driver.socket().get(FrontEndSocket.GET_QUEUE_NUM);
            var before = Leaks.descriptors();
            for (int i = 0; i < 10; i++) {
                var files = files(driver, 60);
                driver.socket().send(FrontEndSocket.GET_QUEUE_NUM, 0, FrontEndSocket.payload(0), files);
                assertThat(driver.socket().receive(FrontEndSocket.GET_QUEUE_NUM).getLong(0))
                        .isEqualTo(2);
                driver.socket().acknowledged(FrontEndSocket.SET_VRING_ERR, FrontEndSocket.u64(0), files(driver, 3));
                driver.socket().acknowledged(99, FrontEndSocket.u64(0), files(driver, 3));
            }
            // One more message: what came with the last one is closed when the next is read.
            driver.socket().get(FrontEndSocket.GET_QUEUE_NUM);
            assertThat(Leaks.descriptors()).isEqualTo(before);
        }
    }

    @Test
    void moreDescriptorsThanThereIsRoomForEndTheConnection() throws IOException {
        try (var driver = connected()) {
            driver.socket().get(FrontEndSocket.GET_QUEUE_NUM);
            driver.socket().send(FrontEndSocket.GET_QUEUE_NUM, 0, FrontEndSocket.payload(0), files(driver, 65));
            assertThat(driver.socket().isClosedByDevice()).isTrue();
        }
        assertStillServes();
    }

    @Test
    void backendChannelIsKeptAndReplaced() throws IOException {
        try (var driver = connected()) {
            driver.socket().get(FrontEndSocket.GET_QUEUE_NUM);
            var before = Leaks.descriptors();
            var channel = EventFd.open(driver.syscalls());
            for (int i = 0; i < 3; i++) {
                assertThat(driver.socket()
                                .acknowledged(FrontEndSocket.SET_BACKEND_REQ_FD, FrontEndSocket.payload(0), channel))
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
                    driver.socket()
                            .sendBytes(
                                    FrontEndSocket.message(
                                            random.nextInt(44),
                                            FrontEndSocket.VERSION
                                                    | (random.nextBoolean() ? FrontEndSocket.ANSWER_WANTED : 0),
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
            driver.set(FrontEndSocket.SET_VRING_CALL, FrontEndSocket.u64(1), theirs);
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
