package org.dpfs4j.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.uring.IoUring;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
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
import org.dpfs4j.wire.ClientArch;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.ReadIn;
import org.dpfs4j.wire.WriteIn;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing is allocated per request on the read and write paths, once they are compiled. */
class AllocationTest {
    private static final int DATA_BYTES = 4096;
    private static final int IN_FLIGHT = 32;
    private static final int BATCHES = 2_000;
    private static final int ROUNDS_MAX = 30;
    private static final int AT_FDCWD = -100;
    /** Netty's IoUringIoOps, one for each operation. */
    private static final int RING_OBJECT_BYTES = 72;

    private final Lanes lanes = new Lanes(1, IoMode.AUTO);

    @AfterEach
    void stop() {
        lanes.close();
    }

    private static final byte[] READ = new RequestBytes(Opcode.READ, 1)
            .with(ReadIn.LAYOUT)
            .set("size", DATA_BYTES)
            .bytes();
    private static final byte[] WRITE = new RequestBytes(Opcode.WRITE, 1)
            .with(WriteIn.LAYOUT)
            .set("size", DATA_BYTES)
            .data(new byte[DATA_BYTES])
            .bytes();
    private static final int READ_REPLY = 16 + DATA_BYTES;
    private static final int WRITE_REPLY = 24;

    @Test
    void aReadThroughThePipelineAllocatesNothing() {
        allocatesLessThan(1, lane -> new Nothing(), READ, READ_REPLY);
    }

    @Test
    void aWriteThroughThePipelineAllocatesNothing() {
        allocatesLessThan(1, lane -> new Nothing(), WRITE, WRITE_REPLY);
    }

    @Test
    void readsAndWritesOfAFileAllocateTheRingsOwnObjectOnly(@TempDir Path folder) throws IOException {
        assumeTrue(IoUring.isAvailable(), "io_uring cannot be used here");
        var path = Files.write(folder.resolve("a"), new byte[DATA_BYTES]);
        var syscalls = new Syscalls();
        var number = (int) syscalls.call(Syscall.OPENAT, AT_FDCWD, syscalls.path(path.toString()), OpenFlags.RDWR, 0);
        try (var file = new Fd(number)) {
            allocatesLessThan(RING_OBJECT_BYTES + 8, lane -> new OneFile(lane, file), READ, READ_REPLY);
            allocatesLessThan(RING_OBJECT_BYTES + 8, lane -> new OneFile(lane, file), WRITE, WRITE_REPLY);
        }
    }

    /** Some round does; early ones pay for interpretation and compilation. */
    private void allocatesLessThan(
            int bytesPerRequest, Function<Lane, FileSystem> fileSystem, byte[] request, int replyBytes) {
        var device = new FuseDevice("load", ClientArch.own(), Map.of("/", new FixedBackend(fileSystem)), lanes);
        try (device;
                var guest = new RawGuest(lanes.lane(0), device);
                var load = new PipelineLoad(lanes.lane(0), device, request, replyBytes, IN_FLIGHT)) {
            assertThat(Heard.of(guest.ask(Samples.init(45))).error()).isZero();
            var fewest = Double.MAX_VALUE;
            for (int round = 0; round < ROUNDS_MAX && fewest >= bytesPerRequest; round++) {
                fewest = Math.min(fewest, load.run(BATCHES) / (double) (BATCHES * IN_FLIGHT));
            }
            assertThat(fewest).as("bytes allocated per request").isLessThan(bytesPerRequest);
        }
    }
}
