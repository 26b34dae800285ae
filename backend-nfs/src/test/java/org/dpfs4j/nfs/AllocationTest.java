package org.dpfs4j.nfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.dpfs4j.fuse.FuseDevice;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.nfsserver.MockServer;
import org.dpfs4j.tck.PipelineLoad;
import org.dpfs4j.tck.RawGuest;
import org.dpfs4j.wire.ClientArch;
import org.junit.jupiter.api.Test;

/** A READ allocates nothing once it is compiled, from the guest to the server and back; Netty does, for what a batch is sent with. */
class AllocationTest {
    private static final int DATA_BYTES = 4096;
    private static final int IN_FLIGHT = 32;
    private static final int BATCHES = 1_000;
    private static final int ROUNDS_MAX = 60;
    private static final int SMALLEST_OBJECT_BYTES = 16;

    @Test
    void aReadAllocatesNoObject() {
        try (var lanes = new Lanes(1, IoMode.AUTO);
                var server = MockServer.start()) {
            server.put("/data", new byte[DATA_BYTES]);
            var backend = new NfsBackend(Configs.of(server.port(), "/"));
            backend.start(lanes);
            try (var device = new FuseDevice("load", ClientArch.own(), Map.of("/", backend), lanes)) {
                assertThat(fewest(lanes, device)).as("bytes allocated per READ").isLessThan(SMALLEST_OBJECT_BYTES);
            }
            backend.close();
            assertThat(server.complaints()).isEmpty();
        }
    }

    /** Some round does; early ones pay for interpretation and compilation. */
    private static double fewest(Lanes lanes, FuseDevice device) {
        try (var guest = new RawGuest(lanes.lane(0), device)) {
            var read = RawReads.mount(guest, "data", DATA_BYTES);
            var replyBytes = RawReads.HEADER_BYTES + DATA_BYTES;
            try (var load = new PipelineLoad(lanes.lane(0), device, read, replyBytes, IN_FLIGHT)) {
                var fewest = Double.MAX_VALUE;
                for (int round = 0; round < ROUNDS_MAX && fewest >= SMALLEST_OBJECT_BYTES; round++) {
                    fewest = Math.min(fewest, load.run(BATCHES) / (double) (BATCHES * IN_FLIGHT));
                }
                return fewest;
            }
        }
    }
}
