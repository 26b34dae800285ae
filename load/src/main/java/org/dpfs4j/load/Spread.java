package org.dpfs4j.load;

import java.util.Arrays;

/** The middle and the extremes of some numbers; NaN when there are none. */
record Spread(double median, double least, double most) {
    static Spread of(double... numbers) {
        var sorted = Arrays.stream(numbers)
                .filter(number -> !Double.isNaN(number))
                .sorted()
                .toArray();
        if (sorted.length == 0) {
            return new Spread(Double.NaN, Double.NaN, Double.NaN);
        }
        var upper = sorted[sorted.length / 2];
        var lower = sorted[(sorted.length - 1) / 2];
        return new Spread((lower + upper) / 2, sorted[0], sorted[sorted.length - 1]);
    }
}
