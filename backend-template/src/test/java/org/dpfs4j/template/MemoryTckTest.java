package org.dpfs4j.template;

import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dpfs4j.fs.Backend;
import org.dpfs4j.tck.FileSystemTck;
import org.dpfs4j.tck.XattrRules;
import org.junit.jupiter.api.Test;

/** The template keeps every rule of what it does. */
class MemoryTckTest extends FileSystemTck {
    @Override
    protected Backend backend(Path scratch) {
        return new MemoryBackend(new MemoryConfig(64 << 20, Duration.ofSeconds(1)));
    }

    /** An example does not need extended attributes. */
    @Override
    protected Map<String, String> gaps() {
        return Stream.of(XattrRules.class.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Test.class))
                .collect(Collectors.toMap(Method::getName, rule -> "the template has no extended attributes"));
    }
}
