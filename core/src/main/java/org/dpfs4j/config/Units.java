package org.dpfs4j.config;

import java.util.Map;
import java.util.regex.Pattern;

/** Whole numbers with a unit behind them, as people write them. */
enum Units {
    TIME("a time such as \"1s\", \"200ms\" or \"5min\"") {
        @Override
        Map<String, Long> factors() {
            return Map.of(
                    "ns", 1L,
                    "us", 1_000L,
                    "ms", 1_000_000L,
                    "s", 1_000_000_000L,
                    "min", 60_000_000_000L,
                    "h", 3_600_000_000_000L,
                    "d", 86_400_000_000_000L);
        }
    },
    SIZE("a size such as \"4KiB\", \"1MiB\" or \"512B\"") {
        @Override
        Map<String, Long> factors() {
            return Map.of("B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30, "TiB", 1L << 40);
        }
    };

    private static final Pattern QUANTITY = Pattern.compile("(\\d{1,18})\\s*([A-Za-z]+)");

    private final String expected;

    Units(String expected) {
        this.expected = expected;
    }

    /** What a message says is expected. */
    String expected() {
        return expected;
    }

    abstract Map<String, Long> factors();

    /** The number in the smallest unit; an {@code IllegalArgumentException} says what is expected. */
    long parse(String text) {
        var match = QUANTITY.matcher(text);
        if (!match.matches() || !factors().containsKey(match.group(2))) {
            throw new IllegalArgumentException("must be " + expected + ": \"" + text + "\"");
        }
        try {
            return Math.multiplyExact(
                    Long.parseLong(match.group(1)), (long) factors().get(match.group(2)));
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("is too large: \"" + text + "\"", e);
        }
    }
}
