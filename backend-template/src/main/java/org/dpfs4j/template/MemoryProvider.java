package org.dpfs4j.template;

import java.time.Duration;
import org.dpfs4j.config.Section;
import org.dpfs4j.fs.Backend;
import org.dpfs4j.fs.BackendProvider;

/** Makes backends of {@code type = "memory"}. Named in {@code META-INF/services}, where the program finds it. */
public final class MemoryProvider implements BackendProvider {
    private static final long SIZE_BYTES = 64L << 20;

    @Override
    public String type() {
        return "memory";
    }

    @Override
    public Backend configure(Section section) {
        var size = section.size("size", SIZE_BYTES);
        var attrTimeout = section.duration("attr-timeout", Duration.ofSeconds(1));
        var config = section.build(() -> new MemoryConfig(size, attrTimeout));
        return config == null ? null : new MemoryBackend(config);
    }
}
