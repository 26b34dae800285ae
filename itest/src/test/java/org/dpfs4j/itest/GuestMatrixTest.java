package org.dpfs4j.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GuestMatrixTest {
    @Test
    void sixGuestsCoverEveryPairOfValues() {
        assertThat(GuestMatrix.pairwise()).hasSizeLessThanOrEqualTo(6);
        assertThat(pairs(GuestMatrix.pairwise())).isEqualTo(pairs(GuestMatrix.all()));
    }

    @Test
    void theFullProductHasEveryGuestOnce() {
        assertThat(GuestMatrix.all()).hasSize(48).doesNotHaveDuplicates();
    }

    private static Set<List<Object>> pairs(List<GuestMatrix> guests) {
        var pairs = new HashSet<List<Object>>();
        for (GuestMatrix guest : guests) {
            List<Object> columns = guest.columns();
            for (int first = 0; first < columns.size(); first++) {
                for (int second = first + 1; second < columns.size(); second++) {
                    pairs.add(List.of(first, second, columns.get(first), columns.get(second)));
                }
            }
        }
        return pairs;
    }
}
