package org.dpfs4j.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.dpfs4j.client.Opcode;
import org.dpfs4j.client.RequestBytes;
import org.dpfs4j.fs.FileSystem;
import org.dpfs4j.fuse.FuseDevice;
import org.dpfs4j.io.Fd;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lane;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.io.Syscall;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.tck.FixedBackend;
import org.dpfs4j.tck.Nothing;
import org.dpfs4j.tck.OneFile;
import org.dpfs4j.tck.PipelineLoad;
import org.dpfs4j.tck.RawGuest;
import org.dpfs4j.wire.ClientArch;
import org.dpfs4j.wire.InitFlags;
import org.dpfs4j.wire.InitIn;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.ReadIn;
import org.dpfs4j.wire.WriteIn;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One 4 KiB request through the whole pipeline and back: with a file system that answers at once and moves nothing, which
 * leaves the pipeline alone, and with a file behind the lane's ring. 32 in flight.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PipelineBenchmark {
    private static final int DATA_BYTES = 4096;
    private static final int IN_FLIGHT = 32;
    private static final int BATCHES = 2_000;
    private static final int REQUESTS = IN_FLIGHT * BATCHES;
    private static final int HEADER_BYTES = 16;
    private static final int WRITE_OUT_BYTES = 8;
    private static final int AT_FDCWD = -100;

    /** What is behind the pipeline. */
    @Param({"NOTHING", "FILE"})
    private Behind behind;

    private Path path;
    private Fd file;
    private Lanes lanes;
    private FuseDevice device;
    private PipelineLoad reads;
    private PipelineLoad writes;

    /** What is behind the pipeline. */
    public enum Behind {
        /** Answers at once, moves no byte. */
        NOTHING,
        /** A file in the temporary folder, through the ring. */
        FILE
    }

    /** For JMH. */
    public PipelineBenchmark() {}

    /** Mounts. */
    @Setup
    public void open() throws IOException {
        path = Files.write(Files.createTempFile("dpfs4j", "bench"), new byte[DATA_BYTES]);
        var syscalls = new Syscalls();
        file = new Fd((int) syscalls.call(Syscall.OPENAT, AT_FDCWD, syscalls.path(path.toString()), OpenFlags.RDWR, 0));
        lanes = new Lanes(1, IoMode.AUTO);
        device = new FuseDevice("bench", ClientArch.own(), Map.of("/", new FixedBackend(this::fileSystem)), lanes);
        try (var guest = new RawGuest(lanes.lane(0), device)) {
            guest.ask(new RequestBytes(Opcode.INIT, 0)
                    .with(InitIn.LAYOUT)
                    .set("major", 7)
                    .set("minor", 45)
                    .set("flags", InitFlags.MAX_PAGES));
        }
        var read = new RequestBytes(Opcode.READ, 1).with(ReadIn.LAYOUT).set("size", DATA_BYTES);
        var write = new RequestBytes(Opcode.WRITE, 1).with(WriteIn.LAYOUT).set("size", DATA_BYTES);
        reads = load(read, HEADER_BYTES + DATA_BYTES);
        writes = load(write.data(new byte[DATA_BYTES]), HEADER_BYTES + WRITE_OUT_BYTES);
    }

    private PipelineLoad load(RequestBytes request, int replyBytes) {
        return new PipelineLoad(lanes.lane(0), device, request.bytes(), replyBytes, IN_FLIGHT);
    }

    private FileSystem fileSystem(Lane lane) {
        return behind == Behind.NOTHING ? new Nothing() : new OneFile(lane, file);
    }

    @TearDown
    public void close() throws IOException {
        reads.close();
        writes.close();
        device.close();
        lanes.close();
        file.close();
        Files.delete(path);
    }

    @Benchmark
    @OperationsPerInvocation(REQUESTS)
    public long read() {
        return reads.run(BATCHES);
    }

    @Benchmark
    @OperationsPerInvocation(REQUESTS)
    public long write() {
        return writes.run(BATCHES);
    }
}
