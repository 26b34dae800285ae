package org.dpfs4j.itest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What a server process holds: open descriptors by what they are, and mappings of files that can be a guest's memory. */
final class Held {
    private static final int TRIES = 100;

    private Held() {}

    /**
     * What the process holds once it is as expected, or once it has stopped changing: it hears that its guest is gone a
     * moment later than we do.
     *
     * @param expected null when nothing is
     */
    static Map<String, Long> settled(long pid, Map<String, Long> expected) throws IOException, InterruptedException {
        Map<String, Long> before = null;
        var now = now(pid);
        for (int tries = 0; tries < TRIES && !(expected == null ? now.equals(before) : now.equals(expected)); tries++) {
            Thread.sleep(100);
            before = now;
            now = now(pid);
        }
        return now;
    }

    /** What the process holds at this moment. */
    static Map<String, Long> now(long pid) throws IOException {
        Path process = Path.of("/proc", Long.toString(pid));
        try (Stream<Path> descriptors = Files.list(process.resolve("fd"));
                Stream<String> mappings = Files.lines(process.resolve("maps"))) {
            var held = new TreeMap<String, Long>();
            descriptors.forEach(descriptor -> held.merge(target(descriptor), 1L, Long::sum));
            held.put("guest memory", mappings.filter(Held::isShared).count());
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
