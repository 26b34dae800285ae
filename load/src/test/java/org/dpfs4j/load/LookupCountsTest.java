package org.dpfs4j.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LookupCountsTest {
    @Test
    void everyLookupIsGivenBackOnce() {
        var counts = new LookupCounts();
        var expected = new HashMap<Long, Long>();
        var random = new Random(1);
        for (int i = 0; i < 50_000; i++) {
            var node = i % 3 == 0 ? random.nextLong() | 1 : random.nextInt(500) + 1L;
            counts.add(node, 2);
            expected.merge(node, 2L, Long::sum);
        }
        var found = new HashMap<Long, Long>();
        counts.drain((node, count) -> assertThat(found.put(node, count)).isNull());
        assertThat(found).isEqualTo(expected);
        counts.drain((node, count) -> found.clear());
        assertThat(found).isEqualTo(expected);
    }
}
