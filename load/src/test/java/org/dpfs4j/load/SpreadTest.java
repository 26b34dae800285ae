package org.dpfs4j.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class SpreadTest {
    @Test
    void theMedianIsTheMiddleOrBetweenTheTwoInTheMiddle() {
        assertThat(Spread.of(9, 1, 2)).isEqualTo(new Spread(2, 1, 9));
        assertThat(Spread.of(4, 1, 2, 9)).isEqualTo(new Spread(3, 1, 9));
    }

    @Test
    void whatIsNotKnownDoesNotCount() {
        assertThat(Spread.of(Double.NaN, 3)).isEqualTo(new Spread(3, 3, 3));
        assertThat(Spread.of().median()).isNaN();
        assertThat(Spread.of(Double.NaN).most()).isNaN();
    }

    /** A round of so many operations in a second. */
    static Measured round(long operations, long cpuNanos) {
        var latencies = new Histogram(3);
        latencies.recordValue(1_000_000_000 / operations);
        return new Measured(
                operations, operations, 1_000_000_000, latencies, Optional.of(new Measured.Use(cpuNanos, 5, 2)));
    }

    /** Two rounds of two servers and one of the floor. */
    static CaseResult result() {
        var which = Case.named("randread-4k-qd16", new Case.Defaults(4096, 1, false, false));
        var ours = new CaseResult.Side("ours");
        ours.add(round(1000, 500_000));
        ours.add(round(3000, 1_500_000));
        var theirs = new CaseResult.Side("theirs");
        theirs.add(round(500, 500_000));
        theirs.add(round(1000, 1_000_000));
        var floor = new CaseResult.Side("floor");
        floor.add(round(4000, 400_000));
        return new CaseResult(which, List.of(ours, theirs), floor);
    }

    @Test
    void ratiosAreTakenRoundByRound() {
        var result = result();
        assertThat(result.ratio(result.sides().getLast(), Measured::rate)).isEqualTo(new Spread(2.5, 2, 3));
        assertThat(result.ratio(result.sides().getLast(), Measured::cpuMicros)).isEqualTo(new Spread(0.5, 0.5, 0.5));
        assertThat(result.ratio(result.floor(), Measured::rate)).isEqualTo(new Spread(0.25, 0.25, 0.25));
    }

    @Test
    void aServerThatIsNotKnownHasNoUse() {
        var measured = new Measured(10, 10, 1_000, new Histogram(3), Optional.empty());
        assertThat(measured.cpuMicros()).isNaN();
        assertThat(measured.micros(50)).isNaN();
        assertThat(measured.slept()).isFalse();
    }

    @Test
    void aServerThatSleepsForEachRequestIsMarked() {
        var use = Optional.of(new Measured.Use(1, 100, 0));
        assertThat(new Measured(100, 100, 1, new Histogram(3), use).slept()).isTrue();
        assertThat(new Measured(100, 6000, 1, new Histogram(3), use).slept()).isFalse();
    }
}
