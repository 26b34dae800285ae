package org.dpfs4j.vhostuser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.dpfs4j.client.Buffer;
import org.dpfs4j.client.VhostUserFrontEnd;
import org.dpfs4j.client.VhostUserFrontEnd.Manner;
import org.dpfs4j.client.VhostUserFrontEnd.Shape;
import org.dpfs4j.io.IoMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Java may report a fault in memory late, to a queue that has nothing to do with it. */
@Timeout(60)
class MemoryFaultTest {
    @Test
    void faultOfAnotherDevicesMemoryIsFollowedByATurn() throws IOException {
        try (var bench = new Bench(IoMode.AUTO)) {
            var otherSocket = bench.folder.resolve("other.sock");
            var other = bench.open(VhostUserConfig.at(otherSocket), new EchoEndpoint());
            try (var driver = bench.driver(Bench.SPLIT);
                    var truncated =
                            VhostUserFrontEnd.started(otherSocket, new Shape(Manner.QEMU, 2, 16, Bench.SPLIT))) {
                var request = driver.ram().allocate(8, 1);
                driver.queue(1).ring().add(List.of(new Buffer(request, 8, false)), false);
                truncated.ram().truncate(truncated.ram().regions().getFirst(), 0);
                var queue = bench.endpoint.queues.get(1).queue;
                queue.lane().execute(() -> queue.memoryFault(new InternalError("heard of late")));
                driver.await(driver.queue(1));
                assertThat(truncated.socket().isClosedByDevice()).isTrue();
            }
            other.close();
        }
    }
}
