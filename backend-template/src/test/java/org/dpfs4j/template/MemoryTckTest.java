package org.dpfs4j.template;

import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.dpfs4j.fs.Backend;
import org.dpfs4j.tck.FileSystemTck;
import org.dpfs4j.tck.LockRules;
import org.junit.jupiter.api.Test;

/** The template keeps every rule but those about locks: a guest has its own where none are offered. */
class MemoryTckTest extends FileSystemTck {
    @Override
    protected Backend backend(Path scratch) {
        return new MemoryBackend(new MemoryConfig(64 << 20, Duration.ofSeconds(1)));
    }

    @Override
    protected Map<String, String> gaps() {
        var rules = LockRules.class.getMethods();
        return Arrays.stream(rules)
                .filter(rule -> rule.isAnnotationPresent(Test.class))
                .collect(Collectors.toMap(Method::getName, rule -> "no locks between guests"));
    }
}
