package org.dpfs4j.load;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Results for programs: everything that was measured, as one JSON text. */
public final class Json {
    private static final int DIGITS = 6;
    private static final int FIRST_PRINTABLE = 0x20;
    private static final double[] PERCENTILES = {50, 90, 99, 99.9, 100};

    private Json() {}

    /** The text, with a line feed at the end. */
    public static String of(Bench.Plan plan, List<Contestant> contestants, List<CaseResult> results) {
        var whole = new LinkedHashMap<String, Object>();
        whole.put("processors", Runtime.getRuntime().availableProcessors());
        whole.put("kernel", System.getProperty("os.version"));
        whole.put("queues", plan.queues());
        whole.put("ring", plan.packed() ? "packed" : "split");
        whole.put("ringSize", plan.entries());
        whole.put("seconds", plan.time().toNanos() / 1e9);
        whole.put("warmUpSeconds", plan.warmUp().toNanos() / 1e9);
        whole.put("fileBytes", plan.fileBytes());
        var servers = new LinkedHashMap<String, Object>();
        contestants.forEach(each -> servers.put(each.label(), server(each)));
        whole.put("servers", servers);
        whole.put("cases", results.stream().map(Json::result).toList());
        return of(whole);
    }

    /** Any text of maps with texts as keys, lists, texts, numbers, truth values and null, with a line feed at the end. */
    public static String of(Map<String, Object> whole) {
        var text = new StringBuilder();
        write(text, whole, "\n");
        return text.append('\n').toString();
    }

    private static Map<String, Object> server(Contestant contestant) {
        var footprint = contestant.footprint();
        var map = new LinkedHashMap<String, Object>();
        map.put("what", contestant.describe());
        map.put("startMillis", footprint.startMillis());
        map.put("residentBytes", footprint.residentBytes());
        map.put("residentBytesAtEnd", footprint.residentBytesAtEnd());
        return map;
    }

    private static Map<String, Object> result(CaseResult result) {
        var which = result.which();
        var map = new LinkedHashMap<String, Object>();
        map.put("name", which.name());
        map.put("workload", which.workload().label());
        map.put("blockBytes", which.blockBytes());
        map.put("depth", which.depth());
        map.put("direct", which.direct());
        map.put("frontEnd", which.sleeping() ? "sleep" : "poll");
        map.put("thinkMicros", which.think().toNanos() / 1e3);
        var sides = new ArrayList<>(result.sides());
        sides.add(result.floor());
        map.put("servers", sides.stream().map(side -> side(which, side)).toList());
        sides.removeFirst();
        map.put(
                "ratios",
                sides.stream()
                        .filter(side -> !side.rounds().isEmpty())
                        .map(side -> ratios(result, side))
                        .toList());
        return map;
    }

    private static Map<String, Object> side(Case which, CaseResult.Side side) {
        var map = new LinkedHashMap<String, Object>();
        map.put("label", side.label());
        map.put("failure", side.failure());
        map.put("rounds", side.rounds().stream().map(each -> round(which, each)).toList());
        return map;
    }

    private static Map<String, Object> round(Case which, Measured measured) {
        var map = new LinkedHashMap<String, Object>();
        map.put("operations", measured.operations());
        map.put("requests", measured.requests());
        map.put("seconds", measured.nanos() / 1e9);
        map.put("opsPerSecond", measured.rate());
        map.put("bytesPerSecond", measured.rate() * which.blockBytes());
        var latency = new LinkedHashMap<String, Object>();
        for (var percentile : PERCENTILES) {
            latency.put("p" + number(percentile), measured.micros(percentile));
        }
        map.put("latencyMicros", latency);
        map.put("cpuMicrosPerOp", measured.cpuMicros());
        map.put("voluntarySwitchesPerOp", measured.voluntarySwitches());
        map.put("involuntarySwitchesPerOp", measured.involuntarySwitches());
        map.put("slept", measured.slept());
        return map;
    }

    private static Map<String, Object> ratios(CaseResult result, CaseResult.Side to) {
        var map = new LinkedHashMap<String, Object>();
        map.put("of", result.sides().getFirst().label());
        map.put("to", to.label());
        map.put("opsPerSecond", spread(result.ratio(to, Measured::rate)));
        map.put("p50", spread(result.ratio(to, each -> each.micros(50))));
        map.put("p99.9", spread(result.ratio(to, each -> each.micros(99.9))));
        map.put("cpuPerOp", spread(result.ratio(to, Measured::cpuMicros)));
        return map;
    }

    private static Map<String, Object> spread(Spread spread) {
        var map = new LinkedHashMap<String, Object>();
        map.put("median", spread.median());
        map.put("min", spread.least());
        map.put("max", spread.most());
        return map;
    }

    private static void write(StringBuilder text, Object value, String newLine) {
        switch (value) {
            case null -> text.append("null");
            case Map<?, ?> map -> {
                var items = new ArrayList<Runnable>();
                map.forEach((key, item) -> items.add(() -> {
                    quote(text, (String) key);
                    text.append(": ");
                    write(text, item, newLine + "  ");
                }));
                block(text, '{', '}', items, newLine);
            }
            case List<?> list -> {
                var items = new ArrayList<Runnable>();
                list.forEach(item -> items.add(() -> write(text, item, newLine + "  ")));
                block(text, '[', ']', items, newLine);
            }
            case String string -> quote(text, string);
            case Double number -> text.append(number(number));
            default -> text.append(value);
        }
    }

    private static void block(StringBuilder text, char begin, char end, List<Runnable> items, String newLine) {
        text.append(begin);
        var separator = newLine + "  ";
        for (var item : items) {
            text.append(separator);
            item.run();
            separator = "," + newLine + "  ";
        }
        text.append(items.isEmpty() ? "" : newLine).append(end);
    }

    /** JSON has no NaN: what is not known is null. */
    private static String number(double value) {
        return Double.isFinite(value)
                ? new BigDecimal(value, new MathContext(DIGITS))
                        .stripTrailingZeros()
                        .toPlainString()
                : "null";
    }

    private static void quote(StringBuilder text, String string) {
        text.append('"');
        for (int i = 0; i < string.length(); i++) {
            var c = string.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < FIRST_PRINTABLE) {
                text.append(String.format("\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }
}
