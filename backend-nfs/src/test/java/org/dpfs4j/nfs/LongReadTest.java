package org.dpfs4j.nfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.dpfs4j.client.Seen;
import org.dpfs4j.fuse.FuseDevice;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.nfsserver.FaultProxy;
import org.dpfs4j.nfsserver.MockServer;
import org.dpfs4j.nfsserver.Nfs;
import org.dpfs4j.nfsserver.TestAuthority;
import org.dpfs4j.tck.Client;
import org.dpfs4j.tck.LocalExchange;
import org.dpfs4j.tck.Pending;
import org.dpfs4j.tck.RawGuest;
import org.dpfs4j.wire.ClientArch;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.Protocol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** READs whose data is received into the guest's memory while it comes: whatever happens meanwhile, the guest has the file's bytes. */
class LongReadTest {
    private static final int PIECE = 256 << 10;
    private static final int FILE_BYTES = (1 << 20) + 77_777;
    private static final int LENGTH_AT = 4 + 100;
    private static final int CUTS = Boolean.getBoolean("dpfs4j.all") ? 500 : 20;
    private static final int CUT_MEAN_BYTES = 700_000;
    private static final int FEW = 16;

    @TempDir
    Path scratch;

    private final MockServer server = MockServer.start();
    private final FaultProxy network = FaultProxy.ofBytesTo(server.address());
    private final byte[] content = new byte[FILE_BYTES];
    private Lanes lanes;
    private Guest guest;

    LongReadTest() {
        new Random(1).nextBytes(content);
        server.put("/data", content);
    }

    private Seen.Opened mount(IoMode mode, NfsConfig config) throws Exception {
        lanes = new Lanes(1, mode);
        guest = new Guest(lanes, config, scratch);
        return open(guest.client());
    }

    private Seen.Opened mount() throws Exception {
        return mount(IoMode.AUTO, Configs.of(network.port(), "/"));
    }

    private static Seen.Opened open(Client client) {
        var found = client.lookup(Protocol.ROOT_ID, "data").ok();
        return client.open(found.nodeId(), 0).ok();
    }

    @AfterEach
    void stop() {
        if (guest != null) {
            guest.close();
        }
        lanes.close();
        network.close();
        assertThat(server.complaints()).isEmpty();
        server.close();
    }

    private byte[] content(int from, int bytes) {
        return Arrays.copyOfRange(content, from, Math.min(FILE_BYTES, from + bytes));
    }

    private void check(Client client, Seen.Opened file) {
        for (int bytes : new int[] {PIECE, PIECE - 1, PIECE - 2, PIECE - 3, 131_072, 131_071, 1 << 20, FILE_BYTES}) {
            for (int from : new int[] {0, 4095, FILE_BYTES - bytes, FILE_BYTES - bytes + 1, FILE_BYTES - 200_000}) {
                assertThat(client.read(file, from, bytes).ok()).isEqualTo(content(from, bytes));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = IoMode.class,
            names = {"AUTO", "EPOLL"})
    void everyByteIsTheFiles(IoMode mode) throws Exception {
        var file = mount(mode, Configs.of(network.port(), "/"));
        check(guest.client(), file);
        for (int bytes : new int[] {50_000, 5_003, 700}) {
            network.segmentReplies(bytes);
            check(guest.client(), file);
        }
    }

    @Test
    void itIsWhenEncrypted() throws Exception {
        var authority = new TestAuthority();
        lanes = new Lanes(1, IoMode.AUTO);
        try (var encrypted = MockServer.start(authority.serverAt("127.0.0.1"))) {
            encrypted.put("/data", content);
            guest = new Guest(lanes, Configs.of(encrypted.port(), Configs.tls(authority, scratch)), scratch);
            check(guest.client(), open(guest.client()));
            guest.close();
            guest = null;
        }
    }

    /** Small replies come between, and several long ones behind each other. */
    @Test
    void manyAtOnceDoNotMix() throws Exception {
        var file = mount();
        var client = guest.client();
        var reads = new ArrayList<Pending<byte[]>>();
        for (int i = 0; i < FEW; i++) {
            reads.add(client.startRead(file, i * 50_000L, i % 2 == 0 ? PIECE - i : 3000));
            reads.add(client.startRead(file, i * 1000L, 150_000));
        }
        for (int i = 0; i < FEW; i++) {
            var bytes = i % 2 == 0 ? PIECE - i : 3000;
            assertThat(reads.get(2 * i).await().ok()).isEqualTo(content(i * 50_000, bytes));
            assertThat(reads.get(2 * i + 1).await().ok()).isEqualTo(content(i * 1000, 150_000));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = IoMode.class,
            names = {"AUTO", "EPOLL"})
    void itIsAskedForAgainWhenTheConnectionIsCut(IoMode mode) throws Exception {
        var file = mount(mode, Configs.of(network.port(), "/"));
        network.cutRandomly(1, CUT_MEAN_BYTES);
        while (network.cuts() < CUTS) {
            var reads = new ArrayList<Pending<byte[]>>();
            for (int i = 0; i < 4; i++) {
                reads.add(guest.client().startRead(file, i * 9999L, PIECE));
            }
            for (int i = 0; i < 4; i++) {
                assertThat(reads.get(i).await().ok()).isEqualTo(content(i * 9999, PIECE));
            }
        }
        network.cutRandomly(1, 0);
    }

    /** Half of the data comes, and then nothing any more. */
    @Test
    void aServerThatStopsInTheMiddleIsAskedAgain() throws Exception {
        var file = mount(IoMode.AUTO, Configs.of(network.port(), "/", Duration.ZERO, Duration.ofMillis(500)));
        server.mangle(onLong(reply -> Arrays.copyOf(reply, reply.length / 2)));
        var read = guest.client().startRead(file, 0, PIECE);
        Awaitility.await().until(() -> network.accepted() > 1);
        server.mangle(null);
        assertThat(read.await().ok()).isEqualTo(content(0, PIECE));
    }

    @Test
    void aGuestThatDoesNotWaitIsToldSo() throws Exception {
        var file = mount(IoMode.AUTO, Configs.of(network.port(), "/", Duration.ofMillis(700), Duration.ofSeconds(10)));
        server.mangle(onLong(reply -> Arrays.copyOf(reply, reply.length / 2)));
        var read = guest.client().startRead(file, 0, PIECE);
        Awaitility.await().until(() -> server.executed(Nfs.READ) >= 1);
        network.blackHole(true);
        read.await().fails(Errno.EIO);
        server.mangle(null);
        network.blackHole(false);
        assertThat(guest.client().read(file, 0, PIECE).ok()).isEqualTo(content(0, PIECE));
    }

    /** The server says yes to a new session at once, and nothing to the READ: that is asked once. */
    @Test
    void aGuestIsToldInTimeOfWhatAServerNeverAnswersThatLivesOtherwise() throws Exception {
        var file = mount(IoMode.AUTO, Configs.of(network.port(), "/", Duration.ofMillis(700), Duration.ofSeconds(10)));
        server.mangle(onLong(reply -> Arrays.copyOf(reply, reply.length / 2)));
        guest.client().read(file, 0, PIECE).fails(Errno.EIO);
        assertThat(server.executed(Nfs.READ)).isEqualTo(1);
    }

    /** A VMM stops the ring while data is landing: the memory stays the guest's until the request has ended. */
    @ParameterizedTest
    @EnumSource(
            value = IoMode.class,
            names = {"AUTO", "EPOLL"})
    void aResetInTheMiddleEndsWithTheRequest(IoMode mode) throws Exception {
        lanes = new Lanes(1, mode);
        var backend = new NfsBackend(Configs.of(network.port(), "/"));
        backend.start(lanes);
        var device = new FuseDevice("test", ClientArch.own(), Map.of("/", backend), lanes);
        try (device;
                var raw = new RawGuest(lanes.lane(0), device)) {
            var read = RawReads.mount(raw, "data", PIECE);
            server.mangle(onLong(reply -> Arrays.copyOf(reply, reply.length / 2)));
            var exchange = new AtomicReference<LocalExchange>();
            var answer = raw.start(each -> {
                each.fill(read, read.length, RawReads.HEADER_BYTES + PIECE, 4096);
                exchange.set(each);
            });
            Awaitility.await()
                    .untilAsserted(() -> assertThat(landed(exchange.get())).isEqualTo(content(0, PIECE / 4)));
            raw.cancelInFlight();
            assertThat(raw.inFlight()).isEqualTo(1);
            server.mangle(null);
            network.cut();
            assertThat(RawGuest.await(answer)).endsWith(content(0, PIECE)).hasSize(RawReads.HEADER_BYTES + PIECE);
        }
        backend.close();
    }

    /** What is in the guest's memory of the first quarter of its data, though it has no answer. */
    private byte[] landed(LocalExchange exchange) throws Exception {
        return lanes.lane(0)
                .eventLoop()
                .submit(() -> {
                    try (var arena = Arena.ofConfined()) {
                        var copy = arena.allocate(PIECE / 4);
                        exchange.reply().copyOut(RawReads.HEADER_BYTES, copy.address(), PIECE / 4);
                        return copy.toArray(ValueLayout.JAVA_BYTE);
                    }
                })
                .get();
    }

    /** Lengths beyond what was asked for. Everything before them is in order. */
    @ParameterizedTest
    @ValueSource(ints = {PIECE + 1, PIECE + 4, 1 << 20, Integer.MAX_VALUE, -1, Integer.MIN_VALUE})
    void aLengthThatIsWrongEndsTheConnection(int length) throws Exception {
        nonsense(reply -> put(reply, LENGTH_AT, length));
    }

    /** The rest is asked for. */
    @Test
    void aLengthThatIsShorterThanItsRecordCounts() throws Exception {
        var file = mount();
        server.mangle(onLong(reply -> put(reply, LENGTH_AT, PIECE - 5000)));
        assertThat(guest.client().read(file, 0, PIECE).ok()).isEqualTo(content(0, PIECE));
    }

    /** Another session, sequence, slot; PUTFH and READ that are others, or have failed. */
    @ParameterizedTest
    @ValueSource(ints = {48, 60, 64, 68, 84, 88, 92, 96})
    void aHeadThatIsAnothersEndsTheConnection(int at) throws Exception {
        nonsense(reply -> put(reply, at, 0x7777));
    }

    /** As long as it says, and longer than was asked for. */
    @Test
    void moreThanWasAskedForEndsTheConnection() throws Exception {
        nonsense(reply -> {
            var longer = Arrays.copyOf(reply, reply.length + 8);
            put(longer, 0, 1 << 31 | longer.length - 4);
            return put(longer, LENGTH_AT, PIECE + 8);
        });
    }

    private void nonsense(UnaryOperator<byte[]> broken) throws Exception {
        var file = mount();
        server.mangle(onLong(broken));
        var answer = guest.client().read(file, 0, PIECE);
        answer.fails(Errno.EIO);
        server.mangle(null);
        assertThat(guest.client().read(file, 1, PIECE).ok()).isEqualTo(content(1, PIECE));
        Awaitility.await().until(() -> guest.session().malformedCount() > 0);
    }

    private static UnaryOperator<byte[]> onLong(UnaryOperator<byte[]> change) {
        return reply -> reply.length > PIECE / 2 ? change.apply(reply) : reply;
    }

    private static byte[] put(byte[] record, int at, int value) {
        ByteBuffer.wrap(record).putInt(at, value);
        return record;
    }
}
