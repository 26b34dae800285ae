package org.dpfs4j.uring;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {
    private static final long LIMIT = 100_000;

    private final Pace pace = new Pace(LIMIT, 0);

    private static void took(Pace pace, long nanos, int times) {
        for (int i = 0; i < times; i++) {
            pace.took(nanos);
        }
    }

    private static int callsUntilQuick(Pace pace) {
        var calls = 0;
        while (!pace.quick()) {
            calls++;
            assertThat(calls).isLessThan(10_000);
        }
        return calls;
    }

    @Test
    void quickCallsStayOnTheLane() {
        took(pace, 5_000, 1000);

        assertThat(pace.quick()).isTrue();
    }

    @Test
    void oneSlowCallAmongQuickOnesStaysOnTheLane() {
        took(pace, 5_000, 100);
        pace.took(500_000);

        assertThat(pace.quick()).isTrue();
    }

    @Test
    void slowCallsLeaveTheLane() {
        took(pace, 200_000, 10);

        assertThat(pace.quick()).isFalse();
    }

    @Test
    void aCallIsTriedAgainAfterSomeDozensElsewhere() {
        took(pace, 200_000, 100);

        assertThat(callsUntilQuick(pace)).isBetween(20, 100);
    }

    @Test
    void aVolumeThatStaysSlowIsTriedSeldom() {
        var tried = 0;
        for (int i = 0; i < 10_000; i++) {
            if (pace.quick()) {
                pace.took(300_000);
                tried++;
            }
        }

        assertThat(tried).isLessThan(1000);
    }

    @Test
    void aStallIsForgotten() {
        pace.took(Long.MAX_VALUE);

        assertThat(callsUntilQuick(pace)).isLessThan(500);
    }

    /** Whoever shares the core with a lane may interrupt any call of it for milliseconds. */
    @Test
    void aCallThatWasInterruptedSendsFewOthersElsewhere() {
        var guarded = new Pace(20_000, 0);
        took(guarded, 10_000, 100);
        guarded.took(10_000_000);
        var elsewhere = 0;
        while (!guarded.quick()) {
            guarded.took(10_000);
            elsewhere++;
        }

        assertThat(elsewhere).isLessThan(10);
    }

    @Test
    void aCallThatMovesMuchMayTakeItsTime() {
        for (int i = 0; i < 100; i++) {
            pace.took(2 * LIMIT, 1 << 20);
        }
        assertThat(pace.quick()).isTrue();

        for (int i = 0; i < 100; i++) {
            pace.took(2 * LIMIT, 4096);
        }
        assertThat(pace.quick()).isFalse();
    }

    @Test
    void ofShortCallsSomeAreMeasured() throws Exception {
        var strict = new Pace(1_000_000, 0);
        var calls = 0;
        while (strict.quick()) {
            var start = strict.sample();
            Thread.sleep(2);
            strict.sampled(start);
            calls++;
            assertThat(calls).isLessThan(1000);
        }

        assertThat(calls).isGreaterThan(8);
    }

    @Test
    void callsMeasuredElsewhereBringAKindToTheLane() {
        var guarded = new Pace(20_000, LIMIT);
        assertThat(guarded.quick()).isFalse();

        took(guarded, 3_000, 30);

        assertThat(guarded.quick()).isTrue();
    }

    @Test
    void anAverageNeverSticksAboveTheLimit() {
        var exact = new Pace(1, 63);

        assertThat(callsUntilQuick(exact)).isLessThan(100);
    }
}
