package org.dpfs4j.bench;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.dpfs4j.client.Buffer;
import org.dpfs4j.client.DriverQueue;
import org.dpfs4j.client.DriverRing;
import org.dpfs4j.client.FuseClient;
import org.dpfs4j.client.Opcode;
import org.dpfs4j.client.RequestBytes;
import org.dpfs4j.client.VhostUserFrontEnd;
import org.dpfs4j.fuse.FuseDevice;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.tck.FixedBackend;
import org.dpfs4j.tck.Nothing;
import org.dpfs4j.transport.Device;
import org.dpfs4j.vhostuser.VhostUserConfig;
import org.dpfs4j.vhostuser.VhostUserProvider;
import org.dpfs4j.wire.ClientArch;
import org.dpfs4j.wire.ReadIn;
import org.dpfs4j.wire.WriteIn;
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
 * One 4 KiB request over a vhost-user socket's ring, through transport and pipeline, to a file system that answers at once:
 * 32 at a time. The driver in this process allocates, so beside JMH's own figure of the whole process each iteration says what
 * the server's lane allocated for a request.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TransportBenchmark {
    private static final int DATA_BYTES = 4096;
    private static final int BATCH = 32;
    private static final int BATCHES = 500;
    private static final int REQUESTS = BATCH * BATCHES;
    private static final int ENTRIES = 256;
    private static final int HEADER_BYTES = 16;
    private static final int WRITE_OUT_BYTES = 8;
    private static final long FEATURES = DriverRing.VERSION_1 | DriverRing.INDIRECT_DESC | DriverRing.EVENT_IDX;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** The ring's form. */
    @Param({"SPLIT", "PACKED"})
    private Form form;

    private Path folder;
    private Lanes lanes;
    private FuseDevice fuse;
    private Device device;
    private VhostUserFrontEnd driver;
    private DriverQueue queue;
    private List<List<Buffer>> reads;
    private List<List<Buffer>> writes;
    private long laneThread;
    private long laneBytes;
    private long requests;

    /** The ring's form. */
    public enum Form {
        /** Descriptor table, available ring, used ring. */
        SPLIT,
        /** One ring of descriptors. */
        PACKED
    }

    /** For JMH. */
    public TransportBenchmark() {}

    /** Serves, connects and mounts. */
    @Setup
    public void open() throws IOException {
        folder = Files.createTempDirectory("dpfs4j-bench");
        lanes = new Lanes(1, IoMode.AUTO);
        fuse = new FuseDevice("bench", ClientArch.own(), Map.of("/", new FixedBackend(lane -> new Nothing())), lanes);
        var socket = folder.resolve("bench.sock");
        device = new VhostUserProvider().transport(VhostUserConfig.at(socket)).open("bench", fuse, lanes);
        var features = form == Form.PACKED ? FEATURES | DriverRing.RING_PACKED : FEATURES;
        driver = VhostUserFrontEnd.started(
                socket, new VhostUserFrontEnd.Shape(VhostUserFrontEnd.Manner.QEMU, 2, ENTRIES, features));
        queue = driver.queue(1);
        FuseClient.mount(driver, queue);
        var read = new RequestBytes(Opcode.READ, 1).with(ReadIn.LAYOUT).set("size", DATA_BYTES);
        var write = new RequestBytes(Opcode.WRITE, 1).with(WriteIn.LAYOUT).set("size", DATA_BYTES);
        reads = chains(read.bytes(), HEADER_BYTES + DATA_BYTES);
        writes = chains(write.data(new byte[DATA_BYTES]).bytes(), HEADER_BYTES + WRITE_OUT_BYTES);
        laneThread = lanes.lane(0)
                .eventLoop()
                .submit(() -> Thread.currentThread().threadId())
                .syncUninterruptibly()
                .getNow();
    }

    private List<List<Buffer>> chains(byte[] request, int replyBytes) {
        var chains = new ArrayList<List<Buffer>>();
        for (int i = 0; i < BATCH; i++) {
            var at = driver.ram().allocate(request.length, DATA_BYTES);
            driver.ram().write(at, request);
            chains.add(List.of(
                    new Buffer(at, request.length, false),
                    new Buffer(driver.ram().allocate(replyBytes, DATA_BYTES), replyBytes, true)));
        }
        return chains;
    }

    /** Begins to count what the lane allocates. */
    @Setup(Level.Iteration)
    public void count() {
        laneBytes = threads.getThreadAllocatedBytes(laneThread);
        requests = 0;
    }

    /** Says what the lane has allocated. */
    @TearDown(Level.Iteration)
    public void say() {
        var bytes = threads.getThreadAllocatedBytes(laneThread) - laneBytes;
        System.out.printf("lane: %.2f B/request  ", (double) bytes / Math.max(1, requests));
    }

    /** Unmounts and ends. */
    @TearDown
    public void close() throws IOException {
        driver.close();
        device.close();
        fuse.close();
        lanes.close();
        Files.delete(folder);
    }

    /** READ of 4 KiB. */
    @Benchmark
    @OperationsPerInvocation(REQUESTS)
    public void read() {
        run(reads);
    }

    /** WRITE of 4 KiB. */
    @Benchmark
    @OperationsPerInvocation(REQUESTS)
    public void write() {
        run(writes);
    }

    private void run(List<List<Buffer>> chains) {
        for (int i = 0; i < BATCHES; i++) {
            for (var chain : chains) {
                queue.ring().add(chain, true);
            }
            driver.kick(queue);
            for (int j = 0; j < BATCH; j++) {
                driver.await(queue);
            }
        }
        requests += REQUESTS;
    }
}
