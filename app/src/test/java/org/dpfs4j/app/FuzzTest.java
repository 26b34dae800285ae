package org.dpfs4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.dpfs4j.client.Buffer;
import org.dpfs4j.client.DriverQueue;
import org.dpfs4j.client.DriverRing;
import org.dpfs4j.client.Opcode;
import org.dpfs4j.client.RequestBytes;
import org.dpfs4j.client.VhostUserFrontEnd;
import org.dpfs4j.client.VhostUserFrontEnd.Manner;
import org.dpfs4j.client.VhostUserFrontEnd.Shape;
import org.dpfs4j.fuse.FuseDevice;
import org.dpfs4j.io.EventFd;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.template.MemoryBackend;
import org.dpfs4j.template.MemoryConfig;
import org.dpfs4j.vhostuser.VhostUserConfig;
import org.dpfs4j.vhostuser.VhostUserProvider;
import org.dpfs4j.wire.ClientArch;
import org.dpfs4j.wire.GetattrIn;
import org.dpfs4j.wire.InitIn;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random requests in random cuts through a real ring to a real file system: each comes back once, and the device lives. */
@Timeout(600)
class FuzzTest {
    private static final int REQUESTS = Boolean.getBoolean("dpfs4j.all") ? 500_000 : 10_000;
    private static final int AT_ONCE = 8;
    private static final int LARGEST = 80_000;
    private static final int ROOM = 8192;
    private static final long SEED = 20_261_120;
    private static final long SPLIT = DriverRing.VERSION_1 | DriverRing.INDIRECT_DESC | DriverRing.EVENT_IDX;

    @TempDir
    private Path folder;

    private final Random random = new Random(SEED);
    private VhostUserFrontEnd driver;
    private DriverQueue queue;
    private final long[] requests = new long[AT_ONCE];
    private final long[] replies = new long[AT_ONCE];

    @ParameterizedTest(name = "packed {0}, seed 20261120")
    @ValueSource(booleans = {false, true})
    void everyChainComesBackAndTheDeviceLives(boolean packed) throws IOException {
        var features = packed ? SPLIT | DriverRing.RING_PACKED : SPLIT;
        var config = VhostUserConfig.at(folder.resolve("fuzz.sock"));
        var path = config.socket().orElseThrow();
        try (var lanes = new Lanes(2, IoMode.AUTO);
                var backend = new MemoryBackend(new MemoryConfig(64 << 20, Duration.ofSeconds(1)));
                var endpoint = new FuseDevice("fuzz", ClientArch.own(), Map.of("/", backend), lanes);
                var device = new VhostUserProvider().transport(config).open("fuzz", endpoint, lanes)) {
            driver = VhostUserFrontEnd.started(path, new Shape(Manner.QEMU, 2, 128, features));
            queue = driver.queue(1);
            for (int i = 0; i < AT_ONCE; i++) {
                requests[i] = driver.ram().allocate(LARGEST, 8);
                replies[i] = driver.ram().allocate(ROOM, 8);
            }
            init();
            for (int i = 0; i < REQUESTS; i += AT_ONCE) {
                round(i);
            }
            init();
            assertThat(error(getattr().bytes())).isZero();
            driver.close();
            assertThat(device.address()).isEqualTo(path.toString());
        }
    }

    private void init() {
        var init = new RequestBytes(Opcode.INIT, 0)
                .with(InitIn.LAYOUT)
                .set("major", 7)
                .set("minor", 45);
        assertThat(error(init.bytes())).isZero();
    }

    private static RequestBytes getattr() {
        return new RequestBytes(Opcode.GETATTR, 1).with(GetattrIn.LAYOUT);
    }

    /** The error in the answer of a request that is right. */
    private int error(byte[] bytes) {
        offer(0, bytes, List.of(bytes.length), ROOM, false);
        var used = driver.await(queue);
        assertThat(used.length()).isGreaterThanOrEqualTo(16);
        return reply(0).getInt(4);
    }

    private ByteBuffer reply(int slot) {
        return ByteBuffer.wrap(driver.ram().read(replies[slot], 16)).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Some requests at once; what comes back says how long it is, and is as long. */
    private void round(int iteration) {
        var slots = new int[128];
        var count = 1 + random.nextInt(AT_ONCE);
        for (int slot = 0; slot < count; slot++) {
            var bytes = request();
            var room = random.nextInt(4) == 0 ? random.nextInt(200) : ROOM;
            slots[offer(slot, bytes, cuts(bytes.length), room, random.nextBoolean())] = slot;
        }
        for (int i = 0; i < count; i++) {
            var used = driver.await(queue);
            if (used.length() > 0) {
                assertThat(Integer.toUnsignedLong(reply(slots[used.id()]).getInt(0)))
                        .as("seed %d, iteration %d", SEED, iteration)
                        .isEqualTo(used.length());
            }
        }
        assertThat(queue.ring().inFlight())
                .as("seed %d, iteration %d", SEED, iteration)
                .isZero();
    }

    private int offer(int slot, byte[] bytes, List<Integer> cuts, int room, boolean indirect) {
        driver.ram().write(requests[slot], bytes);
        var chain = new ArrayList<Buffer>();
        var at = requests[slot];
        for (int cut : cuts) {
            chain.add(new Buffer(at, cut, false));
            at += cut;
        }
        var half = random.nextInt(room + 1);
        chain.add(new Buffer(replies[slot], half, true));
        chain.add(new Buffer(replies[slot] + half, room - half, true));
        var id = queue.ring().add(chain, indirect);
        EventFd.signal(driver.syscalls(), queue.kick());
        return id;
    }

    /** Up to six pieces, empty ones among them. */
    private List<Integer> cuts(int length) {
        var cuts = new ArrayList<Integer>();
        var left = length;
        for (int i = random.nextInt(6); i > 0; i--) {
            var cut = random.nextInt(Math.min(left, random.nextBoolean() ? left : 48) + 1);
            cuts.add(cut);
            left -= cut;
        }
        cuts.add(left);
        return cuts;
    }

    /** Noise behind a header that is mostly right: its length, an operation, a small node id. */
    private byte[] request() {
        var size = random.nextInt(64) == 0 ? random.nextInt(LARGEST) : random.nextInt(300);
        var bytes = new byte[Math.max(size, 1)];
        switch (random.nextInt(3)) {
            case 0 -> random.nextBytes(bytes);
            case 1 -> sprinkle(bytes, 1 + bytes.length / 8);
            default -> sprinkle(bytes, 4);
        }
        if (bytes.length >= 40 && random.nextInt(8) > 0) {
            var header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            header.putInt(0, random.nextInt(8) == 0 ? random.nextInt() : bytes.length);
            header.putInt(4, random.nextInt(58));
            header.putLong(16, random.nextInt(4));
            header.putInt(36, 0);
        }
        return bytes;
    }

    private void sprinkle(byte[] bytes, int count) {
        for (int i = 0; i < count; i++) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(128);
        }
    }
}
