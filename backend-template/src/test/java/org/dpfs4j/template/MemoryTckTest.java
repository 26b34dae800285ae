package org.dpfs4j.template;

import java.nio.file.Path;
import java.time.Duration;
import org.dpfs4j.fs.Backend;
import org.dpfs4j.tck.FileSystemTck;

/** The template keeps every rule. */
class MemoryTckTest extends FileSystemTck {
    @Override
    protected Backend backend(Path scratch) {
        return new MemoryBackend(new MemoryConfig(64 << 20, Duration.ofSeconds(1)));
    }
}
