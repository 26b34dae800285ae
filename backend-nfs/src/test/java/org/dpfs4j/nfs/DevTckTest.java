package org.dpfs4j.nfs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.dpfs4j.fs.Backend;
import org.dpfs4j.nfs.rpc.ConnectionConfig;
import org.dpfs4j.tck.FileSystemTck;

class DevTckTest extends FileSystemTck {
    private static final Path EXPORT = Path.of("/tmp/w/nfsg/export");
    private static final java.util.concurrent.atomic.AtomicInteger N = new java.util.concurrent.atomic.AtomicInteger();

    @Override
    protected Backend backend(Path scratch) throws IOException {
        var name = "t" + ProcessHandle.current().pid() + "-" + N.incrementAndGet();
        Files.createDirectory(EXPORT.resolve(name));
        return new NfsBackend(new NfsConfig(
                new ConnectionConfig(
                        "127.0.0.1", 20591, Duration.ofSeconds(5), Duration.ofSeconds(10), (1 << 20) + 8192, false),
                "/vfs/" + name,
                "",
                2,
                256 << 10,
                1 << 20,
                Duration.ZERO,
                new NfsConfig.Times(Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ZERO),
                new NfsConfig.Tables(1 << 20, 1 << 16),
                true));
    }

    @Override
    protected Map<String, String> gaps() {
        return Map.of();
    }
}
