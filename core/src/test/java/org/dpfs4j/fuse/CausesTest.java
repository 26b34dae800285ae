package org.dpfs4j.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.dpfs4j.metrics.LogBudget;
import org.junit.jupiter.api.Test;

class CausesTest {
    private final Causes causes = new Causes(new LogBudget());

    private static Throwable from(int line) {
        var cause = new IllegalStateException("whatever the guest says");
        cause.setStackTrace(new StackTraceElement[] {new StackTraceElement("Backend", "read", "Backend.java", line)});
        return cause;
    }

    @Test
    void aFailureIsNewOnce() {
        assertThat(causes.isNew(from(1))).isTrue();
        assertThat(causes.isNew(from(1))).isFalse();
        assertThat(causes.isNew(from(2))).as("another place").isTrue();
    }

    @Test
    void whatIsToldIsBounded() {
        var told = IntStream.range(0, 1000)
                .filter(line -> causes.isNew(from(line)))
                .count();
        assertThat(told).isEqualTo(LogBudget.BURST);
    }
}
