package org.dpfs4j.snap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.dpfs4j.client.FuseRequests;
import org.dpfs4j.fs.AttrReply;
import org.dpfs4j.fs.Deferred;
import org.dpfs4j.fs.FileSystem;
import org.dpfs4j.fuse.FuseDevice;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.metrics.Counter;
import org.dpfs4j.metrics.ProviderCount;
import org.dpfs4j.tck.FixedBackend;
import org.dpfs4j.tck.Nothing;
import org.dpfs4j.wire.ClientArch;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.GetattrIn;
import org.dpfs4j.wire.InitFlags;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Resets, drains and ends, and what a provider can do to a device. */
@Timeout(120)
class SnapDeviceTest {
    private static final int ERROR = 8;
    private static final int HOTPLUG_STATE = 6;
    private static final Duration SOON = Duration.ofMillis(300);

    /** GETATTRs that wait until a test answers them. */
    private final LinkedBlockingQueue<Runnable> held = new LinkedBlockingQueue<>();

    private final FixedBackend holding = new FixedBackend(lane -> new FileSystem() {
        @Override
        public void getattr(GetattrIn in, AttrReply reply) {
            Deferred token = reply.defer();
            held.add(() -> token.answer(() -> reply.fail(Errno.EPERM)));
        }
    });

    private final Semaphore begun = new Semaphore(0);
    private final CountDownLatch mayEnd = new CountDownLatch(1);

    /** GETATTRs that nobody can end before {@link #mayEnd}. */
    private final FixedBackend stuck = new FixedBackend(lane -> new FileSystem() {
        @Override
        public void getattr(GetattrIn in, AttrReply reply) {
            lane.call(
                    reply,
                    worker -> {
                        begun.release();
                        while (true) {
                            try {
                                mayEnd.await();
                                return 0;
                            } catch (InterruptedException _) {
                                // as a call that cannot be interrupted
                            }
                        }
                    },
                    (result, owner) -> owner.fail(Errno.EPERM));
        }
    });

    private static Served nothing(String... keys) throws IOException {
        return Served.one(new FixedBackend(lane -> new Nothing()), keys);
    }

    private static byte[] getattr() {
        return FuseRequests.getattr(1).bytes();
    }

    private Runnable takeHeld() throws InterruptedException {
        var taken = held.poll(20, TimeUnit.SECONDS);
        assertThat(taken).as("a request that waits").isNotNull();
        return taken;
    }

    @Test
    void aResetEndsTheSessionAndANewOneBegins() throws IOException {
        try (var served = nothing()) {
            for (var type : new int[] {FakeHost.RESET_BEGIN, FakeHost.FLR_BEGIN, FakeHost.DEV_DOWN}) {
                served.mount(0);
                assertThat(served.fuses.getFirst().isMounted()).isTrue();
                assertThat(served.host.inject(type, 0)).isZero();
                Served.until(() -> !served.fuses.getFirst().isMounted());
            }
            served.mount(0);
            assertThat(served.devices.getFirst().counters().orElseThrow().value(Counter.CONNECTIONS))
                    .isGreaterThanOrEqualTo(3);
        }
    }

    @Test
    void aResetWaitsForARequestThatDoesNotEndAndItsAnswerReachesNobody() throws Exception {
        try (var served = Served.one(stuck)) {
            served.mount(0);
            var cookie = served.push(0, getattr(), 256, 1);
            begun.acquire();
            assertThat(served.host.inject(FakeHost.RESET_BEGIN, 0)).isZero();
            // The session ends without it, but its memory is not the next one's.
            Served.until(() -> !served.fuses.getFirst().isMounted());
            assertThat(served.host.push(0, 0, 1, getattr(), 256, 1)).isEqualTo(-FakeHost.EBUSY);
            assertThat(served.host.pop(cookie)).isEqualTo(-FakeHost.EAGAIN);
            mayEnd.countDown();
            assertThat(served.await(cookie)).isEqualTo(-FakeHost.ESTALE);
            served.mount(0);
        }
    }

    /** A provider that says DEV_DOWN after a reset, once more and about what has ended already. */
    @Test
    void newsOfAGenerationThatIsOverEndNoOther() throws IOException {
        try (var served = nothing()) {
            served.mount(0);
            assertThat(served.host.inject(FakeHost.FLR_BEGIN, 0)).isZero();
            served.mount(0);
            assertThat(served.host.tellDown(0, 1)).isZero();
            assertThat(served.host.inject(ERROR, 0, -5, 0)).isZero();
            var device = served.devices.getFirst();
            Served.until(() -> device.counters().orElseThrow().value(Counter.QUEUES_BROKEN) == 1);
            device.resets().join();
            assertThat(served.fuses.getFirst().isMounted()).isTrue();
            assertThat(served.host.tellDown(0, 2)).isZero();
            Served.until(() -> !served.fuses.getFirst().isMounted());
        }
    }

    /** Nobody waits with the next generation, of which the first requests come while the end of the other waits for one. */
    @Test
    void theNextGenerationWaitsForTheEndOfTheOneThatIsDown() throws Exception {
        try (var served = Served.one(stuck)) {
            served.mount(0);
            var cookie = served.push(0, getattr(), 256, 1);
            begun.acquire();
            assertThat(served.host.inject(FakeHost.DEV_DOWN, 0)).isZero();
            assertThat(served.host.inject(ERROR, 0, -5, 0)).isZero();
            var counters = served.devices.getFirst().counters().orElseThrow();
            Served.until(() -> counters.value(Counter.QUEUES_BROKEN) == 1);
            var init = FuseRequests.init(InitFlags.INIT_EXT | InitFlags.MAX_PAGES, 1 << 17);
            var next = served.push(0, init.bytes(), 256, 1);
            mayEnd.countDown();
            assertThat(served.await(next)).isPositive();
            assertThat(served.host.status()).isZero();
            assertThat(served.host.error()).isZero();
            assertThat(served.await(cookie)).isEqualTo(-FakeHost.ESTALE);
        }
    }

    @Test
    void aDrainAnswersWhatIsUnderWayAndEndsWithTheProvider() throws Exception {
        try (var served = Served.one(holding)) {
            served.mount(0);
            var cookie = served.push(0, getattr(), 256, 1);
            var answer = takeHeld();
            var drained =
                    served.devices.getFirst().drain(Duration.ofSeconds(20)).toCompletableFuture();
            assertThat(drained).isNotDone();
            answer.run();
            drained.get(20, TimeUnit.SECONDS);
            assertThat(served.await(cookie)).isEqualTo(16);
            assertThat(served.host.error()).isEqualTo(Errno.EPERM.code());
        }
    }

    @Test
    void aDrainThatLastsTooLongIsOver() throws Exception {
        try (var served = nothing("x-never-stops=1")) {
            served.mount(0);
            served.devices.getFirst().drain(SOON).toCompletableFuture().get(20, TimeUnit.SECONDS);
        }
    }

    /** More than the queue's 512 entries: a provider may keep more requests than its ring has. */
    @Test
    void requestsBeyondAQueuesSizeWaitForTheirTurn() throws Exception {
        try (var served = Served.one(holding)) {
            served.mount(0);
            var cookies = new ArrayList<Long>();
            for (int i = 0; i < 700; i++) {
                cookies.add(served.push(0, getattr(), 256, i));
            }
            for (int i = 0; i < 700; i++) {
                takeHeld().run();
            }
            for (var cookie : cookies) {
                assertThat(served.await(cookie)).isEqualTo(16);
                assertThat(served.host.error()).isEqualTo(Errno.EPERM.code());
            }
        }
    }

    @Test
    void aResetDoesNotWaitForRequestsThatWaitForTheirTurn() throws Exception {
        try (var served = Served.one(holding)) {
            served.mount(0);
            var cookies = new ArrayList<Long>();
            for (int i = 0; i < 700; i++) {
                cookies.add(served.push(0, getattr(), 256, i));
            }
            takeHeld();
            assertThat(served.host.inject(FakeHost.FLR_BEGIN, 0)).isZero();
            served.mount(0);
            for (var cookie : cookies) {
                assertThat(served.await(cookie)).isEqualTo(-FakeHost.ESTALE);
            }
        }
    }

    @Test
    void aHostIsToldWhatAMessageCarries() throws IOException {
        try (var served = nothing("x-max-bytes=" + ((1 << 20) + 4096))) {
            var init = FuseRequests.init(InitFlags.INIT_EXT | InitFlags.MAX_PAGES, 1 << 17);
            var answer = ByteBuffer.wrap(served.ask(0, init)).order(ByteOrder.LITTLE_ENDIAN);
            assertThat(answer.getInt(16 + 20)).as("max_write").isEqualTo(1 << 20);
            assertThat(answer.getShort(16 + 28)).as("max_pages").isEqualTo((short) 256);
        }
    }

    @Test
    void aDeviceWhoseLaneIsGoneEndsAllTheSame() throws IOException {
        var served = nothing("x-may-block=1");
        served.mount(0);
        served.push(0, getattr(), 256, 1);
        served.lanes.close();
        served.close();
    }

    @Test
    void devicesOfOneProviderAreServedTogether() throws IOException {
        try (var served =
                new Served(new FixedBackend(lane -> new Nothing()), 3, ClientArch.own(), Idle.WAIT, "x-may-block=1")) {
            for (int device = 0; device < 3; device++) {
                served.mount(device);
            }
            assertThat(served.devices)
                    .extracting(SnapDevice::provider)
                    .containsOnly(served.devices.getFirst().provider());
            assertThat(served.host.inject(FakeHost.FLR_BEGIN, 1)).isZero();
            Served.until(() -> !served.fuses.get(1).isMounted());
            assertThat(served.fuses.get(0).isMounted()).isTrue();
            assertThat(served.fuses.get(2).isMounted()).isTrue();
        }
    }

    @Test
    void aProviderThatFailsEndsItsDevices() throws Exception {
        try (var served = nothing("x-poll-error=5")) {
            served.devices.getFirst().ended().toCompletableFuture().get(20, TimeUnit.SECONDS);
            assertThat(served.devices.getFirst().counters().orElseThrow().value(Counter.QUEUES_BROKEN))
                    .isEqualTo(1);
        }
    }

    @Test
    void errorsOfADeviceAreCounted() throws IOException {
        try (var served = nothing()) {
            var counters = served.devices.getFirst().counters().orElseThrow();
            assertThat(served.host.inject(HOTPLUG_STATE, 0, 0, 2)).isZero();
            assertThat(served.host.inject(ERROR, 0, -5, 0)).isZero();
            Served.until(() -> counters.value(Counter.QUEUES_BROKEN) == 1);
            served.mount(0);
        }
    }

    @Test
    void answersFromElsewhereArePosted() throws IOException {
        try (var served = nothing()) {
            var opened = served.devices.getFirst().provider();
            served.mount(0);
            // A group that no lane polls, so that a request stays where it is.
            var idle = new Group(opened, 0, served.lanes.lane(0), Idle.WAIT, true, 1, errno -> {});
            var before = opened.count(0, ProviderCount.REFUSED);
            CompletableFuture.runAsync(() -> idle.answer(4711, 0, 0)).join();
            assertThat(opened.count(0, ProviderCount.REFUSED)).isEqualTo(before + 1);
            assertThat(served.host.violations()).contains("posted twice");
            served.forgive();
        }
    }

    @Test
    void aFunctionForShowIsLookedAtNowAndThen() throws IOException {
        var config = SnapConfig.of(FakeLibrary.path(), "pf=0");
        var mock = new SnapConfig(
                config.provider(),
                "pf=0",
                1,
                64,
                config.group(),
                config.cpu(),
                Idle.SPIN,
                true,
                config.cpuLatency(),
                config.whole(),
                Map.of());
        try (var lanes = new Lanes(1, IoMode.AUTO);
                var fuse = new FuseDevice(
                        "mock", ClientArch.own(), Map.of("/", new FixedBackend(lane -> new Nothing())), lanes);
                var device = (SnapDevice) new SnapProvider().transport(mock).open("mock", fuse, lanes);
                var host = new FakeHost(device.provider())) {
            var cookie = host.push(0, 0, 1, getattr(), 256, 0);
            Served.until(() -> host.pop(cookie) != -FakeHost.EAGAIN);
            var provider = device.provider();
            var polls = provider.count(0, ProviderCount.POLLS);
            Served.until(() -> provider.count(0, ProviderCount.POLLS) > polls + 3);
        }
    }

    @Test
    void anErrorAtTheStartIsASentenceAndLeavesNothing() throws IOException {
        var config = SnapConfig.of(FakeLibrary.path(), "pf=0");
        var transport = new SnapProvider()
                .transport(new SnapConfig(
                        config.provider(),
                        "pf=0",
                        1,
                        64,
                        config.group(),
                        config.cpu(),
                        config.idle(),
                        false,
                        config.cpuLatency(),
                        new SnapConfig.Whole("", 0, Duration.ofMillis(1), List.of("x-start-error=16")),
                        Map.of()));
        try (var lanes = new Lanes(1, IoMode.AUTO);
                var fuse = new FuseDevice(
                        "wrong", ClientArch.own(), Map.of("/", new FixedBackend(lane -> new Nothing())), lanes)) {
            assertThatThrownBy(() -> transport.open("wrong", fuse, lanes))
                    .isInstanceOf(ProviderException.class)
                    .hasMessage(
                            "the provider " + FakeLibrary.path() + " cannot start: Device or resource busy (errno 16)");
        }
    }

    @Test
    void theLatencyOfProcessorsIsHeldInMicroseconds(@TempDir Path folder) throws IOException {
        var file = Files.createFile(folder.resolve("cpu_dma_latency"));
        try (var hold = CpuLatency.hold(file, Duration.ofNanos(20_000))) {
            assertThat(hold).isNotNull();
            assertThat(ByteBuffer.wrap(Files.readAllBytes(file))
                            .order(ByteOrder.nativeOrder())
                            .getInt())
                    .isEqualTo(20);
        }
        assertThatThrownBy(() -> CpuLatency.hold(folder.resolve("none"), Duration.ZERO))
                .hasMessage("cpu-latency cannot be held: " + folder.resolve("none") + ": it does not exist");
    }
}
