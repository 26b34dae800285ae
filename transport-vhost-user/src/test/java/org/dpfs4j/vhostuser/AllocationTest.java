package org.dpfs4j.vhostuser;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.dpfs4j.client.Buffer;
import org.dpfs4j.client.VhostUserFrontEnd;
import org.dpfs4j.io.IoMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The way of a request through the transport leaves nothing on the heap. */
class AllocationTest {
    private static final int BATCH = 4;
    private static final int BATCHES = 10_000;

    /**
     * The READ of a kick is an object of Netty's, 80 bytes or so for each batch, and each pass over the ring takes another
     * small one, of which a lane that looks for work makes a few.
     */
    private static final long BOUND_BYTES = 200 / BATCH;

    @ParameterizedTest
    @CsvSource({"IO_URING, false", "EPOLL, false", "IO_URING, true"})
    void requestsAllocateNothing(IoMode mode, boolean packed) throws IOException {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (var bench = new Bench(mode);
                var driver = bench.driver(packed ? Bench.PACKED : Bench.SPLIT)) {
            var chain = List.of(
                    new Buffer(driver.ram().allocate(64, 8), 64, false),
                    new Buffer(driver.ram().allocate(64, 8), 64, true));
            run(driver, chain);
            var lane = bench.endpoint.queues.get(1).queue.lane();
            var thread = lane.eventLoop()
                    .submit(() -> Thread.currentThread().threadId())
                    .syncUninterruptibly()
                    .getNow();
            var before = threads.getThreadAllocatedBytes(thread);
            run(driver, chain);
            var perRequest = (threads.getThreadAllocatedBytes(thread) - before) / (BATCH * BATCHES);
            assertThat(perRequest).isLessThanOrEqualTo(BOUND_BYTES);
        }
    }

    private static void run(VhostUserFrontEnd driver, List<Buffer> chain) {
        var queue = driver.queue(1);
        for (int i = 0; i < BATCHES; i++) {
            for (int j = 0; j < BATCH; j++) {
                queue.ring().add(chain, true);
            }
            driver.kick(queue);
            for (int j = 0; j < BATCH; j++) {
                driver.await(queue);
            }
        }
    }
}
