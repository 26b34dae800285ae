package org.dpfs4j.fs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class HandleTableTest {
    @Test
    void aRemovedNumberFindsNothingEvenWhenItsPlaceIsUsedAgain() {
        var table = new HandleTable<String>(10);
        var first = table.add("first");
        assertThat(table.remove(first)).isEqualTo("first");
        var second = table.add("second");
        assertThat(second).isNotEqualTo(first);
        assertThat(table.get(first)).isNull();
        assertThat(table.remove(first)).isNull();
        assertThat(table.get(second)).isEqualTo("second");
    }

    @Test
    void aFullTableGivesNoNumber() {
        var table = new HandleTable<Integer>(100);
        var numbers = new HashSet<Long>();
        for (int i = 0; i < 100; i++) {
            numbers.add(table.add(i));
        }
        assertThat(numbers).hasSize(100).doesNotContain(0L);
        assertThat(table.add(100)).isZero();
        assertThat(table.size()).isEqualTo(100);
    }

    @Property(tries = 2000)
    void forgedNumbersFindNothing(@ForAll long forged) {
        var table = new HandleTable<String>(1000);
        var number = table.add("real");
        assertThat(table.get(forged)).isEqualTo(forged == number ? "real" : null);
    }

    @Test
    void numbersLeaveRoomForTheMount() {
        var table = new HandleTable<String>(1);
        for (int i = 0; i < 100_000; i++) {
            var number = table.add("x");
            assertThat(number >>> 56).isZero();
            table.remove(number);
        }
    }

    @Test
    void closingGivesEveryValueOutOnceAndTakesNoMore() {
        var table = new HandleTable<String>(10);
        var kept = table.add("kept");
        table.remove(table.add("removed"));
        var dropped = new ArrayList<String>();
        table.close(dropped::add);
        assertThat(dropped).containsExactly("kept");
        assertThat(table.get(kept)).isNull();
        assertThat(table.add("late")).isZero();
    }
}
