package org.dpfs4j.app;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.dpfs4j.app.PrometheusText.Metric;

/** A reading as lines for people: the process first, then each device with its operations, the busiest first. */
final class TopTable {
    private static final double MEDIAN = 0.5;
    private static final double TAIL = 0.99;
    private static final double LONGEST_SECONDS = 17;
    private static final String ROW = "  %-20s %9s %9s %9s %9s";

    private static final Map<Metric, String> FAULTS = new EnumMap<>(Map.of(
            Metric.INVALID, "invalid chains",
            Metric.BROKEN, "broken queues",
            Metric.ORPHANED, "orphaned requests",
            Metric.REFUSED_MESSAGES, "refused messages",
            Metric.REFUSED_REPLIES, "refused replies",
            Metric.MEMORY_FAULTS, "memory faults"));

    private final TopReading reading;
    private final List<String> lines = new ArrayList<>();

    private TopTable(TopReading reading) {
        this.reading = reading;
    }

    /**
     * The lines of a reading.
     *
     * @param columns what is longer is cut; 0 cuts nothing
     */
    static List<String> of(TopReading reading, int columns) {
        var table = new TopTable(reading);
        table.process();
        reading.devices().stream()
                .sorted(Comparator.comparingDouble(device -> -reading.rate(Metric.REQUESTS, device, "")))
                .forEach(table::device);
        return table.lines.stream().map(line -> cut(line, columns)).toList();
    }

    private static String cut(String line, int columns) {
        var clean = line.replaceAll("\\p{Cntrl}", "?");
        return columns > 0 && clean.length() > columns ? clean.substring(0, columns) : clean;
    }

    private void process() {
        lines.add("up " + duration(now(Metric.UPTIME)) + "   lanes busy "
                + percent(reading.rate(Metric.LANE_SECONDS, "", "")) + "   workers " + count(now(Metric.WORKERS_BUSY))
                + "/" + count(now(Metric.WORKERS)) + ", " + count(now(Metric.CALLS_WAITING)) + " waiting   files "
                + count(now(Metric.FILES)) + "/" + count(now(Metric.FILES_MAX)) + "   memory "
                + bytes(now(Metric.RESIDENT)));
    }

    private double now(Metric gauge) {
        return reading.now(gauge, "");
    }

    private void device(String device) {
        lines.add("");
        lines.add(device + (reading.now(Metric.MOUNTED, device) > 0 ? "   mounted" : "   not mounted") + "   "
                + count(reading.rate(Metric.REQUESTS, device, "")) + " ops/s   read "
                + bytes(reading.rate(Metric.READ, device, "")) + "/s   write "
                + bytes(reading.rate(Metric.WRITTEN, device, "")) + "/s   errors "
                + count(reading.rate(Metric.ERRORS, device, "")) + "/s");
        lines.add("  in flight " + count(reading.now(Metric.IN_FLIGHT, device)) + "   parked "
                + count(reading.now(Metric.PARKED, device)) + "   nodes " + count(reading.now(Metric.NODES, device))
                + "   handles " + count(reading.now(Metric.HANDLES, device)) + faults(device));
        var busy = reading.operations(device).stream()
                .filter(operation -> reading.rate(Metric.REQUESTS, device, operation) > 0)
                .sorted(Comparator.comparingDouble(operation -> -reading.rate(Metric.REQUESTS, device, operation)))
                .toList();
        if (busy.isEmpty()) {
            lines.add("  idle");
            return;
        }
        lines.add(ROW.formatted("OPERATION", "OPS/S", "ERRORS/S", "P50", "P99"));
        busy.forEach(operation -> lines.add(ROW.formatted(
                operation,
                count(reading.rate(Metric.REQUESTS, device, operation)),
                count(reading.rate(Metric.ERRORS, device, operation)),
                time(reading.quantile(device, operation, MEDIAN)),
                time(reading.quantile(device, operation, TAIL)))));
    }

    /** What went wrong since the server was started, if anything did. */
    private String faults(String device) {
        var text = new StringBuilder();
        FAULTS.forEach((metric, name) -> {
            var count = reading.now(metric, device);
            if (count > 0) {
                text.append("   ").append(name).append(' ').append(count(count));
            }
        });
        return text.toString();
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value < 10 && value != Math.rint(value) ? "%.1f" : "%.0f", value);
    }

    /** With a decimal prefix from ten thousand on. */
    static String count(double value) {
        if (value < 10_000) {
            return number(value);
        }
        return value < 1e6 ? number(value / 1e3) + "k" : number(value / 1e6) + "M";
    }

    /** With a decimal prefix: megabytes, not mebibytes. */
    static String bytes(double value) {
        if (value < 1e3) {
            return number(value) + " B";
        }
        if (value < 1e6) {
            return number(value / 1e3) + " kB";
        }
        return value < 1e9 ? number(value / 1e6) + " MB" : number(value / 1e9) + " GB";
    }

    private static String percent(double part) {
        return number(Math.rint(100 * part)) + " %";
    }

    /** A latency. */
    static String time(double seconds) {
        if (Double.isNaN(seconds)) {
            return "-";
        }
        if (seconds > LONGEST_SECONDS) {
            return "> " + number(LONGEST_SECONDS) + " s";
        }
        if (seconds < 1e-3) {
            return number(seconds * 1e6) + " us";
        }
        return seconds < 1 ? number(seconds * 1e3) + " ms" : number(seconds) + " s";
    }

    private static String duration(double seconds) {
        var minutes = (long) (seconds / 60);
        if (minutes == 0) {
            return number(Math.floor(seconds)) + " s";
        }
        var hours = minutes / 60;
        return hours == 0
                ? minutes + " min"
                : hours < 48 ? hours + " h " + minutes % 60 + " min" : hours / 24 + " days";
    }
}
