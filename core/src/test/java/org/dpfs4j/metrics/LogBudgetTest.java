package org.dpfs4j.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A guest cannot fill the log. */
class LogBudgetTest {
    private final LogBudget budget = new LogBudget();

    private int taken(long now) {
        var taken = 0;
        for (int i = 0; i < 1000; i++) {
            taken += budget.take(now) ? 1 : 0;
        }
        return taken;
    }

    @Test
    void aBurstAndThenAFewInAMinute() {
        var now = System.nanoTime();
        assertThat(taken(now)).isEqualTo(LogBudget.BURST);
        assertThat(taken(now + TimeUnit.MINUTES.toNanos(1))).isEqualTo(10);
        assertThat(taken(now + TimeUnit.DAYS.toNanos(1))).isEqualTo(LogBudget.BURST);
    }
}
