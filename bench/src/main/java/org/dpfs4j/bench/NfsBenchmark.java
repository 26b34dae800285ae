package org.dpfs4j.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.dpfs4j.client.Opcode;
import org.dpfs4j.client.RequestBytes;
import org.dpfs4j.config.Problem;
import org.dpfs4j.config.Section;
import org.dpfs4j.fuse.FuseDevice;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.nfs.NfsProvider;
import org.dpfs4j.nfsserver.MockServer;
import org.dpfs4j.tck.PipelineLoad;
import org.dpfs4j.tck.RawGuest;
import org.dpfs4j.wire.ClientArch;
import org.dpfs4j.wire.InitFlags;
import org.dpfs4j.wire.InitIn;
import org.dpfs4j.wire.OpenIn;
import org.dpfs4j.wire.Protocol;
import org.dpfs4j.wire.ReadIn;
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
 * READs of a guest through pipeline, NFS client and one connection to a server that does nothing but answer, on a thread of its own;
 * 32 at a time, the next ones when all have been answered.
 * Each iteration says what the lane took and allocated for a request; JMH's own columns are of the wall clock and of both threads.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class NfsBenchmark {
    private static final int IN_FLIGHT = 32;
    private static final int BATCHES = 500;
    private static final int REQUESTS = IN_FLIGHT * BATCHES;
    private static final int HEADER_BYTES = 16;
    private static final int FILE_BYTES = 4 << 20;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Bytes of a READ. */
    @Param("4096")
    private int bytes;

    private MockServer server;
    private Lanes lanes;
    private FuseDevice device;
    private PipelineLoad load;
    private long laneThread;
    private long laneBytes;
    private long laneNanos;
    private long begunNanos;
    private long requests;

    /** For JMH. */
    public NfsBenchmark() {}

    /** Starts the server, mounts its export and opens its file. */
    @Setup
    public void open() {
        server = MockServer.start();
        server.put("/data", new byte[FILE_BYTES]);
        lanes = new Lanes(1, IoMode.AUTO);
        var problems = new ArrayList<Problem>();
        var keys = Map.<String, Object>of("server", "127.0.0.1", "port", (long) server.port(), "export", "/");
        var backend = new NfsProvider().configure(new Section("[backend.bench]", keys, key -> 0, problems));
        if (backend == null) {
            throw new IllegalStateException(problems.toString());
        }
        backend.start(lanes).toCompletableFuture().join();
        device = new FuseDevice("bench", ClientArch.own(), Map.of("/", backend), lanes);
        load = new PipelineLoad(lanes.lane(0), device, request(), HEADER_BYTES + bytes, IN_FLIGHT);
        laneThread = lanes.lane(0).thread().threadId();
    }

    private byte[] request() {
        try (var guest = new RawGuest(lanes.lane(0), device)) {
            guest.ask(new RequestBytes(Opcode.INIT, 0)
                    .with(InitIn.LAYOUT)
                    .set("major", 7)
                    .set("minor", 45)
                    .set("flags", InitFlags.MAX_PAGES));
            var node = answered(guest.ask(new RequestBytes(Opcode.LOOKUP, Protocol.ROOT_ID).name("data")));
            var handle = answered(guest.ask(new RequestBytes(Opcode.OPEN, node).with(OpenIn.LAYOUT)));
            return new RequestBytes(Opcode.READ, node)
                    .with(ReadIn.LAYOUT)
                    .set("fh", handle)
                    .set("size", bytes)
                    .bytes();
        }
    }

    /** The first number behind a reply's header: the node of an entry, the handle of an open file. */
    private static long answered(byte[] reply) {
        return ByteBuffer.wrap(reply).order(ByteOrder.LITTLE_ENDIAN).getLong(HEADER_BYTES);
    }

    /** Begins to count what the lane does. */
    @Setup(Level.Iteration)
    public void count() {
        laneBytes = threads.getThreadAllocatedBytes(laneThread);
        laneNanos = threads.getThreadCpuTime(laneThread);
        begunNanos = System.nanoTime();
        requests = 0;
    }

    /** Says what the lane has done. */
    @TearDown(Level.Iteration)
    public void say() {
        var count = (double) Math.max(1, requests);
        var cpu = threads.getThreadCpuTime(laneThread) - laneNanos;
        System.out.printf(
                "lane: %.0f reads/s, %.0f reads/s of its time, %.0f ns and %.2f B/request  ",
                count * 1e9 / (System.nanoTime() - begunNanos),
                count * 1e9 / Math.max(1, cpu),
                cpu / count,
                (threads.getThreadAllocatedBytes(laneThread) - laneBytes) / count);
    }

    /** Ends. */
    @TearDown
    public void close() {
        load.close();
        device.close();
        lanes.close();
        server.close();
    }

    /** Asks and waits for the answers. */
    @Benchmark
    @OperationsPerInvocation(REQUESTS)
    public void read() {
        load.run(BATCHES);
        requests += REQUESTS;
    }
}
