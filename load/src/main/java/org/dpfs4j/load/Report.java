package org.dpfs4j.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Results as a table for people. */
public final class Report {
    private static final String ROW = "%-24s %-8s %9s %8s %8s %8s %9s %8s %7s %7s %s";
    private static final double MEDIAN = 50;
    private static final double HIGH = 99;
    private static final double HIGHEST = 99.9;

    private Report() {}

    /** The lines of the table. */
    public static List<String> table(List<CaseResult> results) {
        var lines = new ArrayList<String>();
        lines.add(ROW.formatted(
                        "case",
                        "server",
                        "ops/s",
                        "MB/s",
                        "p50 us",
                        "p99 us",
                        "p99.9 us",
                        "cpu/op",
                        "vcs/op",
                        "ics/op",
                        "")
                .stripTrailing());
        for (var result : results) {
            add(lines, result);
        }
        return lines;
    }

    /** A line about each server. */
    public static List<String> servers(List<Contestant> contestants) {
        var lines = new ArrayList<String>();
        for (var contestant : contestants) {
            var footprint = contestant.footprint();
            lines.add(contestant.label() + ": " + contestant.describe()
                    + (Double.isNaN(footprint.startMillis())
                            ? ""
                            : "; socket after %s ms, resident %sB, at the end %sB"
                                    .formatted(
                                            number(footprint.startMillis()),
                                            count(footprint.residentBytes()),
                                            count(footprint.residentBytesAtEnd()))));
        }
        return lines;
    }

    private static void add(List<String> lines, CaseResult result) {
        var name = result.which().name();
        var all = new ArrayList<>(result.sides());
        all.add(result.floor());
        for (var side : all) {
            if (!side.rounds().isEmpty()) {
                lines.add(row(name, result, side).stripTrailing());
                name = "";
            }
            if (side.failure() != null) {
                lines.add("%-24s %-8s FAILED: %s".formatted(name, side.label(), side.failure()));
                name = "";
            }
        }
        all.removeFirst();
        for (var other : all) {
            var rate = result.ratio(other, Measured::rate);
            if (!Double.isNaN(rate.median())) {
                lines.add("%24s %s/%s: ops/s %s   p50 %s   cpu/op %s"
                        .formatted(
                                "",
                                result.sides().getFirst().label(),
                                other.label(),
                                ratio(rate),
                                ratio(result.ratio(other, each -> each.micros(MEDIAN))),
                                ratio(result.ratio(other, Measured::cpuMicros))));
            }
        }
    }

    private static String row(String name, CaseResult result, CaseResult.Side side) {
        var which = result.which();
        return ROW.formatted(
                name,
                side.label(),
                count(side.spread(Measured::rate).median()),
                which.blockBytes() == 0
                        ? ""
                        : count(side.spread(each -> each.megabytes(which)).median()),
                number(side.spread(each -> each.micros(MEDIAN)).median()),
                number(side.spread(each -> each.micros(HIGH)).median()),
                number(side.spread(each -> each.micros(HIGHEST)).median()),
                number(side.spread(Measured::cpuMicros).median()),
                number(side.spread(Measured::voluntarySwitches).median()),
                number(side.spread(Measured::involuntarySwitches).median()),
                side.rounds().stream().anyMatch(Measured::slept) ? "z" : "");
    }

    private static String ratio(Spread spread) {
        return Double.isNaN(spread.median())
                ? "-"
                : String.format(Locale.ROOT, "%.2f (%.2f..%.2f)", spread.median(), spread.least(), spread.most());
    }

    private static String number(double value) {
        if (Double.isNaN(value)) {
            return "-";
        }
        return String.format(Locale.ROOT, value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value);
    }

    /** A number of things, with a decimal prefix from a thousand on. */
    static String count(double value) {
        if (Double.isNaN(value)) {
            return "-";
        }
        if (value < 1e4) {
            return number(value);
        }
        return value < 1e6 ? number(value / 1e3) + "k" : number(value / 1e6) + "M";
    }
}
