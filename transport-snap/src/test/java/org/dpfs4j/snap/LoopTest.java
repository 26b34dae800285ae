package org.dpfs4j.snap;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.metrics.ProviderCount;
import org.dpfs4j.tck.FixedBackend;
import org.dpfs4j.tck.Nothing;
import org.dpfs4j.wire.ClientArch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests that the provider itself makes as fast as they are answered, 64 at a time, and a file system that does nothing: nothing is
 * allocated for any, and how many a core does is said. {@code ProviderBenchmark} in {@code bench} says it at length.
 */
class LoopTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long REQUESTS = Boolean.getBoolean("dpfs4j.all") ? 20_000_000 : 1_000_000;
    private static final int ROUNDS_MAX = 30;

    /** Netty's object for a pass over the ring, of which there is one in 20 µs, is all there is on io_uring. */
    @ParameterizedTest
    @ValueSource(strings = {"read", "write"})
    void nothingIsAllocatedForARequest(String operation) throws IOException {
        assertThat(fewestBytes(operation, IoMode.AUTO, 1))
                .as("bytes allocated per request")
                .isLessThan(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"read", "write"})
    void onEpollNotAByteIsAllocatedInAMillionRequests(String operation) throws IOException {
        assertThat(fewestBytes(operation, IoMode.EPOLL, Double.MIN_VALUE))
                .as("bytes allocated per request")
                .isZero();
    }

    /** Bytes per request of the best of some rounds: early ones pay for interpretation and compilation. */
    private static double fewestBytes(String operation, IoMode io, double enough) throws IOException {
        var backend = new FixedBackend(lane -> new Nothing());
        try (var served = new Served(
                new Lanes(1, io),
                backend,
                ClientArch.own(),
                Idle.ADAPTIVE,
                "x-loop=64",
                "x-may-block=1",
                "x-loop-op=" + operation)) {
            var lane = served.lanes.lane(0).thread().threadId();
            var provider = served.devices.getFirst().provider();
            var fewest = Double.MAX_VALUE;
            var fastest = 0.0;
            for (int round = 0; round < ROUNDS_MAX && (fewest >= enough || round < 3); round++) {
                var bytes = THREADS.getThreadAllocatedBytes(lane);
                var nanos = THREADS.getThreadCpuTime(lane);
                var before = provider.count(0, ProviderCount.COMPLETIONS);
                Served.until(() -> provider.count(0, ProviderCount.COMPLETIONS) - before >= REQUESTS);
                var count = (double) (provider.count(0, ProviderCount.COMPLETIONS) - before);
                fewest = Math.min(fewest, (THREADS.getThreadAllocatedBytes(lane) - bytes) / count);
                fastest = Math.max(fastest, count / (THREADS.getThreadCpuTime(lane) - nanos) * 1e9);
            }
            System.out.printf(
                    Locale.ROOT,
                    ">> provider loop, %s of 4 KiB, %s: %.2f million requests a second and core, %.3f bytes allocated for each%n",
                    operation,
                    io == IoMode.EPOLL ? "epoll" : "ring",
                    fastest / 1e6,
                    fewest);
            return fewest;
        }
    }
}
