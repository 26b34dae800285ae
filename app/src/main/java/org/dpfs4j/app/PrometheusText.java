package org.dpfs4j.app;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Prometheus' text format, version 0.0.4, as somebody else has written it: samples by the name of their metric. */
final class PrometheusText {
    private static final Pattern LINE = Pattern.compile(
            "(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(?<labels>.*)\\})?\\s+(?<value>\\S+)(?:\\s+-?\\d+)?\\s*");
    private static final Pattern LABEL =
            Pattern.compile("\\s*(?<name>[a-zA-Z_][a-zA-Z0-9_]*)=\"(?<value>(?:[^\"\\\\]|\\\\.)*+)\"\\s*(?:,|$)");

    private final Map<String, List<Sample>> samples = new LinkedHashMap<>();

    /** One line: what it is about, and the number. */
    record Sample(Map<String, String> labels, double value) {
        /** A label's text; empty when there is no such label. */
        String label(String name) {
            return labels.getOrDefault(name, "");
        }
    }

    private PrometheusText() {}

    /** Reads a text; an {@code IllegalArgumentException} names the line that is none of it. */
    static PrometheusText of(String text) {
        var parsed = new PrometheusText();
        var number = 0;
        for (var line : text.split("\n", -1)) {
            number++;
            if (!line.isBlank() && !line.startsWith("#") && !parsed.add(line)) {
                throw new IllegalArgumentException("line " + number + " is not Prometheus' text format");
            }
        }
        return parsed;
    }

    private boolean add(String line) {
        var match = LINE.matcher(line);
        if (!match.matches()) {
            return false;
        }
        try {
            var labels = labels(match.group("labels"));
            samples.computeIfAbsent(match.group("name"), first -> new ArrayList<>())
                    .add(new Sample(labels, value(match.group("value"))));
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** A number as the format writes it: the infinities are {@code +Inf} and {@code -Inf}. */
    static double value(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    private static Map<String, String> labels(String text) {
        var labels = new LinkedHashMap<String, String>();
        if (text != null) {
            var match = LABEL.matcher(text);
            var at = 0;
            while (at < text.length()) {
                if (!match.find(at) || match.start() != at) {
                    throw new IllegalArgumentException(text);
                }
                labels.put(match.group("name"), unescaped(match.group("value")));
                at = match.end();
            }
        }
        return labels;
    }

    private static String unescaped(String text) {
        return text.replace("\\\\", "\0")
                .replace("\\n", "\n")
                .replace("\\\"", "\"")
                .replace("\0", "\\");
    }

    /** The samples of a metric; empty when there are none. */
    List<Sample> of(Metric metric) {
        return named(metric.written());
    }

    /** The samples of the metric with this name; empty when there are none. */
    List<Sample> named(String name) {
        return samples.getOrDefault(name, List.of());
    }

    /** The names of all metrics there are samples of, in the order written. */
    List<String> names() {
        return List.copyOf(samples.keySet());
    }

    /** The metrics that {@code dpfs4j top} shows. */
    enum Metric {
        REQUESTS("dpfs4j_requests_total"),
        ERRORS("dpfs4j_request_errors_total"),
        SECONDS("dpfs4j_request_seconds_bucket"),
        READ("dpfs4j_read_bytes_total"),
        WRITTEN("dpfs4j_written_bytes_total"),
        IN_FLIGHT("dpfs4j_requests_in_flight"),
        PARKED("dpfs4j_requests_parked"),
        MOUNTED("dpfs4j_mounted"),
        NODES("dpfs4j_nodes"),
        HANDLES("dpfs4j_handles"),
        INVALID("dpfs4j_chains_invalid_total"),
        BROKEN("dpfs4j_queues_broken_total"),
        ORPHANED("dpfs4j_exchanges_orphaned_total"),
        REFUSED_MESSAGES("dpfs4j_messages_refused_total"),
        MEMORY_FAULTS("dpfs4j_memory_faults_total"),
        REFUSED_REPLIES("dpfs4j_replies_refused_total"),
        LANE_SECONDS("dpfs4j_lane_cpu_seconds_total"),
        WORKERS("dpfs4j_workers"),
        WORKERS_BUSY("dpfs4j_workers_busy"),
        CALLS_WAITING("dpfs4j_worker_calls_waiting"),
        FILES("process_files_open_files"),
        FILES_MAX("process_files_max_files"),
        RESIDENT("process_resident_memory_bytes"),
        UPTIME("process_uptime_seconds");

        private final String written;

        Metric(String written) {
            this.written = written;
        }

        String written() {
            return written;
        }
    }
}
