package org.dpfs4j.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class OpTimesTest {
    private static final int OPERATIONS = 3;

    @Property
    void everyTimeIsInABucketWhoseBoundsContainIt(@ForAll long nanos) {
        var bucket = Latency.bucket(nanos);
        assertThat(Latency.boundNanos(bucket)).isGreaterThanOrEqualTo(nanos);
        if (bucket > 0) {
            assertThat(Latency.boundNanos(bucket - 1)).isLessThan(nanos);
        }
    }

    @Test
    void aBoundBelongsToItsBucket() {
        for (int i = 0; i < Latency.BUCKETS - 1; i++) {
            assertThat(Latency.bucket(Latency.boundNanos(i))).isEqualTo(i);
            assertThat(Latency.bucket(Latency.boundNanos(i) + 1)).isEqualTo(i + 1);
        }
    }

    @Property
    void anAnswerIsCountedOnceAndNowhereElse(
            @ForAll @IntRange(max = OPERATIONS - 1) int operation,
            @ForAll @LongRange(min = 0, max = 1L << 40) long nanos,
            @ForAll @IntRange(min = -1, max = 70_000) int errno) {
        var times = new OpTimes(List.of("a", "b", "c"));
        times.answered(operation, nanos, errno);
        long others = 0;
        for (int op = 0; op < OPERATIONS; op++) {
            for (int i = 0; i < Latency.BUCKETS; i++) {
                others += times.count(op, i);
            }
        }
        assertThat(others).isEqualTo(1);
        assertThat(times.count(operation, Latency.bucket(nanos))).isEqualTo(1);
        assertThat(times.nanos(operation)).isEqualTo(nanos);
        assertThat(times.errors(operation)).isEqualTo(errno == 0 ? 0 : 1);
        long replies = 0;
        for (int each = 0; each < OpTimes.ERRNOS; each++) {
            replies += times.repliesWith(each);
        }
        assertThat(replies).isEqualTo(errno == 0 ? 0 : 1);
        if (errno > 0 && errno < OpTimes.ERRNOS) {
            assertThat(times.repliesWith(errno)).isEqualTo(1);
        }
    }

    @Test
    void sumsStandAlone() {
        var times = new OpTimes(List.of("a"));
        for (var total : OpTimes.Total.values()) {
            times.add(total, total.ordinal() + 1);
        }
        for (var total : OpTimes.Total.values()) {
            assertThat(times.total(total)).isEqualTo(total.ordinal() + 1);
        }
        assertThat(times.errors(0) + times.nanos(0) + times.count(0, Latency.BUCKETS - 1))
                .isZero();
    }
}
