package org.dpfs4j.uring;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The host's page cache, as far as a test can empty it. */
final class PageCache {
    private PageCache() {}

    /** Writes a file out and drops its pages where the file system has a disk. */
    static void drop(Path file) throws IOException, InterruptedException {
        var command = List.of("dd", "of=" + file, "oflag=nocache", "conv=notrunc,fdatasync", "count=0", "status=none");
        var exit = new ProcessBuilder(command).start().waitFor();
        if (exit != 0) {
            throw new IOException(command + " ended with " + exit);
        }
    }
}
