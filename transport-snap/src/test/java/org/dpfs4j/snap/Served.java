package org.dpfs4j.snap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.dpfs4j.client.FuseRequests;
import org.dpfs4j.client.RequestBytes;
import org.dpfs4j.fs.Backend;
import org.dpfs4j.fuse.FuseDevice;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.transport.Transport;
import org.dpfs4j.wire.ClientArch;
import org.dpfs4j.wire.InitFlags;

/** Devices of one fake provider that are served, a group and a lane for each, and their host. */
final class Served implements AutoCloseable {
    private static final long LIMIT_NANOS = 60_000_000_000L;
    private static final int ROOM = 128 * 1024;

    final Lanes lanes;
    final List<FuseDevice> fuses = new ArrayList<>();
    final List<SnapDevice> devices = new ArrayList<>();
    final FakeHost host;
    private final Backend backend;
    private final int violationsBefore;
    private boolean forgiven;

    /** So many devices with a backend, and keys {@code x-key=value} for the provider. */
    Served(Backend backend, int count, ClientArch arch, Idle idle, String... keys) throws IOException {
        this(new Lanes(count, IoMode.AUTO), backend, arch, idle, keys);
    }

    /** As many devices as there are lanes, which are closed with them. */
    Served(Lanes lanes, Backend backend, ClientArch arch, Idle idle, String... keys) throws IOException {
        this.lanes = lanes;
        this.backend = backend;
        var count = lanes.count();
        backend.start(lanes).toCompletableFuture().join();
        var provider = new SnapProvider();
        var transports = new ArrayList<Transport>();
        for (int i = 0; i < count; i++) {
            transports.add(provider.transport(new SnapConfig(
                    FakeLibrary.path(),
                    "pf=" + i,
                    2,
                    512,
                    OptionalInt.of(i),
                    OptionalInt.empty(),
                    idle,
                    false,
                    Optional.empty(),
                    new SnapConfig.Whole("", 0, Duration.ofMillis(1), List.of(keys)),
                    Map.of())));
        }
        for (int i = 0; i < count; i++) {
            var fuse = new FuseDevice("served" + i, arch, Map.of("/", backend), lanes);
            fuses.add(fuse);
            devices.add((SnapDevice) transports.get(i).open("served" + i, fuse, lanes));
        }
        host = new FakeHost(devices.getFirst().provider());
        violationsBefore = host.violationsOfAll();
    }

    static Served one(Backend backend, String... keys) throws IOException {
        return new Served(backend, 1, ClientArch.own(), Idle.ADAPTIVE, keys);
    }

    /** Makes a request arrive at queue 1, as soon as the device takes any. */
    long push(int device, byte[] bytes, int room, long seed) {
        var cookie = new long[1];
        until(() -> {
            cookie[0] = host.push(device, device, 1, bytes, room, seed);
            return cookie[0] != -FakeHost.EBUSY;
        });
        assertThat(cookie[0]).isPositive();
        return cookie[0];
    }

    /** Waits for an answer; its length or a negative errno. */
    int await(long cookie) {
        var length = new int[1];
        until(() -> {
            length[0] = host.pop(cookie);
            return length[0] != -FakeHost.EAGAIN;
        });
        return length[0];
    }

    /** Asks a device, and returns the answer, whose error is {@link FakeHost#error}. */
    byte[] ask(int device, RequestBytes request) {
        var length = await(push(device, request.bytes(), ROOM, 3));
        assertThat(length).as("bytes of the answer").isNotNegative();
        return host.popped(length);
    }

    void mount(int device) {
        ask(device, FuseRequests.init(InitFlags.INIT_EXT | InitFlags.MAX_PAGES, 1 << 17));
        assertThat(host.error()).isZero();
    }

    /** The violations of this test are its own doing. */
    void forgive() {
        forgiven = true;
    }

    static void until(BooleanSupplier holds) {
        var begin = System.nanoTime();
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime() - begin).as("nanoseconds waited").isLessThan(LIMIT_NANOS);
            LockSupport.parkNanos(10_000);
        }
    }

    @Override
    public void close() {
        var said = host.violations();
        devices.forEach(SnapDevice::close);
        fuses.forEach(FuseDevice::close);
        backend.close();
        lanes.close();
        var all = host.violationsOfAll() - violationsBefore;
        host.close();
        if (forgiven) {
            return;
        }
        assertThat(said).as("what the server must not do").isEmpty();
        assertThat(all).as("what it did at its end").isZero();
    }
}
