package org.dpfs4j.load;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * All rounds of a case.
 *
 * @param sides the servers, in the order in which they took turns
 * @param floor bare system calls on the same files, as many rounds; without rounds when there are none
 */
public record CaseResult(Case which, List<Side> sides, Side floor) {
    /** What one server has shown. */
    public static final class Side {
        private final String label;
        private final List<Measured> rounds = new ArrayList<>();
        private String failure;

        Side(String label) {
            this.label = label;
        }

        void add(Measured measured) {
            rounds.add(measured);
        }

        void fail(String why) {
            failure = why;
        }

        /** The server's short name. */
        public String label() {
            return label;
        }

        /** What was measured, in order. */
        public List<Measured> rounds() {
            return rounds;
        }

        /** Why there are no more rounds; null when nothing failed. */
        public String failure() {
            return failure;
        }

        /** A number of all rounds; NaN in all of them when there are none. */
        Spread spread(ToDoubleFunction<Measured> number) {
            return Spread.of(rounds.stream().mapToDouble(number).toArray());
        }
    }

    /** A number of the first server over that of another, round by round. */
    Spread ratio(Side other, ToDoubleFunction<Measured> number) {
        var mine = sides.getFirst().rounds();
        var theirs = other.rounds();
        var ratios = new double[Math.min(mine.size(), theirs.size())];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = number.applyAsDouble(mine.get(i)) / number.applyAsDouble(theirs.get(i));
        }
        return Spread.of(ratios);
    }

    /** Whether a server failed. */
    public boolean failed() {
        return sides.stream().anyMatch(side -> side.failure() != null);
    }
}
