package org.dpfs4j.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A fuzz target's inputs do no harm: those of the corpus always, and those that a minute finds when there is time. */
@Timeout(300)
public abstract class FuzzTck {
    private static final int SECONDS = 60;

    private final Class<?> target;

    /** Of a target, see {@link Fuzz}. */
    protected FuzzTck(Class<?> target) {
        this.target = target;
    }

    @Test
    final void noInputDoesHarm(@TempDir Path scratch) throws Throwable {
        var inputs = Fuzz.corpus(target);
        assertThat(inputs).isNotEmpty();
        var run = target.getMethod("fuzzerTestOneInput", byte[].class);
        for (var input : inputs.entrySet()) {
            try {
                run.invoke(null, input.getValue());
            } catch (InvocationTargetException e) {
                throw new AssertionError("input " + input.getKey(), e.getCause());
            }
        }
        if (Boolean.getBoolean("dpfs4j.all")) {
            Fuzz.explore(target, SECONDS, scratch);
        }
    }
}
