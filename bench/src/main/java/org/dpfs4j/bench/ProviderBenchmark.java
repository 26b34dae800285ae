package org.dpfs4j.bench;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.dpfs4j.fuse.FuseDevice;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.metrics.ProviderCount;
import org.dpfs4j.snap.Idle;
import org.dpfs4j.snap.SnapConfig;
import org.dpfs4j.snap.SnapProvider;
import org.dpfs4j.tck.FixedBackend;
import org.dpfs4j.tck.Nothing;
import org.dpfs4j.tck.ProviderLibrary;
import org.dpfs4j.transport.Device;
import org.dpfs4j.wire.ClientArch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Requests of 4 KiB that the fake DPU provider itself makes, 64 at a time, through transport and pipeline to a file system that answers
 * at once. One lane has a core; this thread sleeps meanwhile. Each iteration says what the lane took and allocated for a request.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ProviderBenchmark {
    private static final int REQUESTS = 1_000_000;
    private static final long LOOK_NANOS = 100_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** What is asked for. */
    @Param({"read", "write"})
    private String operation;

    private Path folder;
    private Lanes lanes;
    private FuseDevice fuse;
    private Device device;
    private long laneThread;
    private long laneBytes;
    private long laneNanos;
    private long begun;
    private long completions;

    /** For JMH. */
    public ProviderBenchmark() {}

    /** Compiles the fake, and opens a device; it is mounted by its first request. */
    @Setup
    public void open() throws IOException {
        folder = Files.createTempDirectory("dpfs4j-bench");
        lanes = new Lanes(1, IoMode.AUTO);
        fuse = new FuseDevice("bench", ClientArch.own(), Map.of("/", new FixedBackend(lane -> new Nothing())), lanes);
        var keys = List.of("x-loop=64", "x-loop-op=" + operation);
        var config = new SnapConfig(
                ProviderLibrary.compile("fake", folder),
                "pf=0",
                1,
                512,
                OptionalInt.empty(),
                OptionalInt.empty(),
                Idle.ADAPTIVE,
                false,
                Optional.empty(),
                new SnapConfig.Whole("", 0, Duration.ofMillis(10), keys),
                Map.of());
        device = new SnapProvider().transport(config).open("bench", fuse, lanes);
        laneThread = lanes.lane(0).thread().threadId();
    }

    /** Begins to count what the lane does. */
    @Setup(Level.Iteration)
    public void count() {
        laneBytes = threads.getThreadAllocatedBytes(laneThread);
        laneNanos = threads.getThreadCpuTime(laneThread);
        begun = completed();
    }

    /** Says what the lane has done. */
    @TearDown(Level.Iteration)
    public void say() {
        var requests = (double) Math.max(1, completed() - begun);
        System.out.printf(
                "lane: %.2f million requests/s of its time, %.3f B/request  ",
                requests / Math.max(1, threads.getThreadCpuTime(laneThread) - laneNanos) * 1e3,
                (threads.getThreadAllocatedBytes(laneThread) - laneBytes) / requests);
    }

    /** Ends. */
    @TearDown
    public void close() throws IOException {
        device.close();
        fuse.close();
        lanes.close();
        Files.delete(folder.resolve("libvfsp_fake.so"));
        Files.delete(folder);
    }

    /** Waits while the provider and the lane deal with requests. */
    @Benchmark
    @OperationsPerInvocation(REQUESTS)
    public void loop() {
        var end = completed() + REQUESTS;
        while (completed() < end) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private long completed() {
        device.tell((library, group, counts) -> completions = counts[ProviderCount.COMPLETIONS.ordinal()]);
        return completions;
    }
}
