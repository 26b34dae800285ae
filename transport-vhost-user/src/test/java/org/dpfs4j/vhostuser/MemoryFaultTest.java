package org.dpfs4j.vhostuser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.dpfs4j.client.Buffer;
import org.dpfs4j.client.VhostUserFrontEnd;
import org.dpfs4j.client.VhostUserFrontEnd.Manner;
import org.dpfs4j.client.VhostUserFrontEnd.Shape;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.memory.Memory;
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

    /**
     * The lane would forget the queue otherwise, though nobody may have been asked to kick. In a process of its own without
     * compiled code: there a fault is reported at once, and there it could end the process ({@link Memory#release}).
     */
    @Test
    void faultWhileItAsksForKicksIsFollowedByALook() throws Exception {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var process = new ProcessBuilder(
                        java,
                        "-Xint",
                        "-XX:-CreateCoredumpOnCrash",
                        "-XX:ErrorFile=/dev/null",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Interpreted.class.getName())
                .redirectErrorStream(true)
                .start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said).contains("has truncated its guest's memory", "goes on: true");
    }

    /** The process of its own. */
    static final class Interpreted {
        private Interpreted() {}

        public static void main(String[] arguments) throws Exception {
            try (var bench = new Bench(IoMode.AUTO);
                    var driver = bench.driver(Bench.SPLIT)) {
                Bench.echo(driver, 1, "so that it runs", 64);
                var queue = (VhostUserQueueChannel) bench.endpoint.queues.get(1).queue;
                var goesOn = new CompletableFuture<Boolean>();
                queue.lane().execute(() -> {
                    driver.ram().truncate(driver.ram().regions().getFirst(), 0);
                    goesOn.complete(queue.arm());
                });
                System.out.println("goes on: " + goesOn.get());
            }
        }
    }
}
