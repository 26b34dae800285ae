package org.dpfs4j.uring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.dpfs4j.wire.LockType;

/** A table against bytes: what an owner has on each of a few bytes, the last of which stands for the rest of the file. */
class LockTableTest {
    private static final int BYTES = 24;
    private static final int OWNERS = 4;

    /** A lock that is asked for. */
    record Change(int owner, int type, int start, int end) {
        long last() {
            return end == BYTES - 1 ? LockRange.TO_END : end;
        }
    }

    private final LockTable<Integer> table = new LockTable<>();
    private final int[][] bytes = new int[OWNERS][BYTES];

    @Provide
    Arbitrary<List<Change>> changes() {
        var place = Arbitraries.integers().between(0, BYTES - 1);
        return Combinators.combine(
                        Arbitraries.integers().between(0, OWNERS - 1),
                        Arbitraries.of(LockType.READ, LockType.WRITE, LockType.UNLOCK, LockType.UNLOCK),
                        place,
                        place)
                .as((owner, type, a, b) -> new Change(owner, type, Math.min(a, b), Math.max(a, b)))
                .list()
                .ofMaxSize(60);
    }

    @Property(tries = 2000)
    void aTableIsWhatEachByteSays(@ForAll("changes") List<Change> changes) {
        for (var owner : bytes) {
            Arrays.fill(owner, LockType.UNLOCK);
        }
        var count = 0;
        for (var each : changes) {
            var found = table.conflict(each.owner, each.type, each.start, each.last());
            if (each.type == LockType.UNLOCK) {
                var before = table.count(each.owner);
                var splits = table.splits(each.owner, each.start, each.last());
                count += set(each);
                assertThat(table.count(each.owner) > before).isEqualTo(splits);
                continue;
            }
            assertThat(found == null ? -1 : found.start()).isEqualTo(firstConflict(each));
            if (found == null) {
                count += set(each);
            } else {
                assertThat(found.overlaps(each.start, each.last())).isTrue();
                assertThat(found.owner()).isNotEqualTo(each.owner);
            }
            for (int owner = 0; owner < OWNERS; owner++) {
                assertThat(table.ranges(owner)).isEqualTo(ranges(owner));
            }
        }
        assertThat(count).isEqualTo(table.count(0) + table.count(1) + table.count(2) + table.count(3));
        for (int owner = 0; owner < OWNERS; owner++) {
            table.set(owner, LockType.UNLOCK, 0, LockRange.TO_END);
        }
    }

    private int set(Change change) {
        Arrays.fill(bytes[change.owner], change.start, change.end + 1, change.type);
        return table.set(change.owner, change.type, change.start, change.last());
    }

    /** Where the first range begins that is in the way, -1 when none is. */
    private long firstConflict(Change change) {
        long first = -1;
        for (int owner = 0; owner < OWNERS; owner++) {
            for (var range : ranges(owner)) {
                var other = owner != change.owner
                        && range.overlaps(change.start, change.last())
                        && (range.type() == LockType.WRITE || change.type == LockType.WRITE);
                if (other && (first < 0 || range.start() < first)) {
                    first = range.start();
                }
            }
        }
        return first;
    }

    /** Bytes of one type beside each other are one range. */
    private List<LockRange<Integer>> ranges(int owner) {
        var ranges = new ArrayList<LockRange<Integer>>();
        for (int from = 0, to; from < BYTES; from = to) {
            to = from;
            while (to < BYTES && bytes[owner][to] == bytes[owner][from]) {
                to++;
            }
            if (bytes[owner][from] != LockType.UNLOCK) {
                var last = to == BYTES ? LockRange.TO_END : to - 1;
                ranges.add(new LockRange<>(owner, bytes[owner][from], from, last));
            }
        }
        return ranges;
    }
}
