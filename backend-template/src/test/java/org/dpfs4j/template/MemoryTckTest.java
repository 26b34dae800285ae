package org.dpfs4j.template;

import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.dpfs4j.fs.Backend;
import org.dpfs4j.tck.FileSystemTck;
import org.dpfs4j.tck.LockRules;
import org.dpfs4j.tck.XattrRules;
import org.junit.jupiter.api.Test;

/** The template keeps every rule of what it does. */
class MemoryTckTest extends FileSystemTck {
    @Override
    protected Backend backend(Path scratch) {
        return new MemoryBackend(new MemoryConfig(64 << 20, Duration.ofSeconds(1)));
    }

    /** An example does not need extended attributes; and a guest has its own locks where none are offered. */
    @Override
    protected Map<String, String> gaps() {
        var gaps = new HashMap<String, String>();
        declare(gaps, XattrRules.class, "the template has no extended attributes");
        declare(gaps, LockRules.class, "no locks between guests");
        return gaps;
    }

    private static void declare(Map<String, String> gaps, Class<?> rules, String reason) {
        Arrays.stream(rules.getDeclaredMethods())
                .filter(rule -> rule.isAnnotationPresent(Test.class))
                .map(Method::getName)
                .forEach(rule -> gaps.put(rule, reason));
    }
}
