package org.dpfs4j.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dpfs4j.guest.KernelSource;
import org.dpfs4j.guest.Workload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a guest leaves behind in the server process when it is gone, however it went: nothing. */
class LeakIT {
    private static final Workload VISITOR = Workload.of("visitor", """
            i=0
            while [ $i -lt 200 ]; do echo x >visitor$i; i=$((i + 1)); done
            check "list" ls -la
            """);

    private static final Workload WRITER = Workload.of("writer", """
            exec 3<from-host 4>open-for-writing
            echo "@@HOST writing"
            while :; do head -c 8000000 /dev/zero | tee w1 w2 w3 >/dev/null; ls -la >/dev/null; done
            """);

    @TempDir
    Path home;

    @Test
    void guestsLeaveNoDescriptorAndNoMappingBehind() throws Exception {
        Path share = Files.createDirectories(home.resolve("share"));
        Files.writeString(share.resolve("from-host"), "x");
        try (var server = ShareServer.ours(home, share, Guests.TAG)) {
            visit(server); // what is loaded and made once is there afterwards
            var before = Held.settled(server.pid(), null);
            var requests = new Requests("writing");
            try (var killed = Guests.bootUserMode(
                    Guests.options(KernelSource.USER_MODE, List.of(WRITER)), server.socket(), requests)) {
                requests.await();
                killed.kill();
            }
            assertThat(Held.settled(server.pid(), before))
                    .as("after a killed guest")
                    .isEqualTo(before);
            visit(server);
            assertThat(Held.settled(server.pid(), before))
                    .as("after a normal guest")
                    .isEqualTo(before);
        }
    }

    private static void visit(ShareServer server) throws InterruptedException, IOException {
        var options = Guests.options(KernelSource.USER_MODE, List.of(VISITOR));
        try (var guest = Guests.bootUserMode(options, server.socket())) {
            Guests.passes("visitor: " + options.describe(), guest);
        }
    }
}
