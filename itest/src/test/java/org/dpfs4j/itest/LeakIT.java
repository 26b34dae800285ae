package org.dpfs4j.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.dpfs4j.guest.KernelSource;
import org.dpfs4j.guest.Workload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a guest leaves behind in the server process when it is gone, however it went: nothing. */
class LeakIT {
    private static final int TRIES = 100;

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
            var before = settled(server.pid(), null);
            var requests = new Requests("writing");
            try (var killed = Guests.bootUserMode(
                    Guests.options(KernelSource.USER_MODE, List.of(WRITER)), server.socket(), requests)) {
                requests.await();
                killed.kill();
            }
            assertThat(settled(server.pid(), before)).as("after a killed guest").isEqualTo(before);
            visit(server);
            assertThat(settled(server.pid(), before)).as("after a normal guest").isEqualTo(before);
        }
    }

    private static void visit(ShareServer server) throws InterruptedException, IOException {
        var options = Guests.options(KernelSource.USER_MODE, List.of(VISITOR));
        try (var guest = Guests.bootUserMode(options, server.socket())) {
            Guests.passes("visitor: " + options.describe(), guest);
        }
    }

    /**
     * What the process holds once it is as expected, or once it has stopped changing: it hears that its guest is gone a
     * moment later than we do.
     */
    private static Map<String, Long> settled(long pid, Map<String, Long> expected)
            throws IOException, InterruptedException {
        Map<String, Long> before = null;
        var now = held(pid);
        for (int tries = 0; tries < TRIES && !(expected == null ? now.equals(before) : now.equals(expected)); tries++) {
            Thread.sleep(100);
            before = now;
            now = held(pid);
        }
        return now;
    }

    /** Open descriptors by what they are, and mappings of files that can be a guest's memory. */
    private static Map<String, Long> held(long pid) throws IOException {
        Path process = Path.of("/proc", Long.toString(pid));
        try (Stream<Path> descriptors = Files.list(process.resolve("fd"));
                Stream<String> mappings = Files.lines(process.resolve("maps"))) {
            var held = new TreeMap<String, Long>();
            descriptors.forEach(descriptor -> held.merge(target(descriptor), 1L, Long::sum));
            held.put("guest memory", mappings.filter(LeakIT::isShared).count());
            return held;
        }
    }

    private static boolean isShared(String mapping) {
        return mapping.contains("/memfd:") || mapping.contains("/dev/shm/") || mapping.contains("(deleted)");
    }

    /** The file behind a descriptor; numbers of sockets and pipes are of no interest. */
    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().replaceAll("\\[\\d+]", "");
        } catch (IOException e) {
            return "closed meanwhile";
        }
    }
}
