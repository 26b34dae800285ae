package org.dpfs4j.vhostuser;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the process holds, as the kernel counts it. */
final class Leaks {
    private Leaks() {}

    /** Open descriptors. */
    static long descriptors() throws IOException {
        try (var entries = Files.list(Path.of("/proc/self/fd"))) {
            return entries.count();
        }
    }

    /** Mappings of guest memory. */
    static long guestMappings() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.filter(line -> line.contains("memfd:guest")).count();
        }
    }
}
