package org.dpfs4j.app;

import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.dpfs4j.app.PrometheusText.Metric;
import org.dpfs4j.app.PrometheusText.Sample;

/**
 * A server's numbers at two moments, and what they say of the time between. A counter that has fallen began anew: the server
 * was started again, and all it counts is new.
 *
 * @param seconds between them, above 0
 */
record TopReading(PrometheusText before, PrometheusText after, double seconds) {

    /** The devices by name. */
    Set<String> devices() {
        var names = new TreeSet<String>();
        after.of(Metric.MOUNTED).forEach(sample -> names.add(sample.label("device")));
        return names;
    }

    /** The operations that a device's guest has ever asked for. */
    Set<String> operations(String device) {
        var names = new TreeSet<String>();
        after.of(Metric.REQUESTS).stream()
                .filter(sample -> sample.label("device").equals(device))
                .forEach(sample -> names.add(sample.label("op")));
        return names;
    }

    /** The sum over all samples of a device; 0 without any. An empty operation or device means each. */
    private static double sum(PrometheusText text, Metric metric, String device, String operation) {
        return text.of(metric).stream()
                .filter(sample -> isOf(sample, device, operation))
                .mapToDouble(Sample::value)
                .sum();
    }

    private static boolean isOf(Sample sample, String device, String operation) {
        return (device.isEmpty() || sample.label("device").equals(device))
                && (operation.isEmpty() || sample.label("op").equals(operation));
    }

    private static double increase(double before, double after) {
        return after < before ? after : after - before;
    }

    /** How much a counter grew in a second; an empty device or operation means all. */
    double rate(Metric counter, String device, String operation) {
        return increase(sum(before, counter, device, operation), sum(after, counter, device, operation)) / seconds;
    }

    /** What a gauge shows now. */
    double now(Metric gauge, String device) {
        return sum(after, gauge, device, "");
    }

    /**
     * The time that a part of an operation's requests did not exceed, in seconds.
     *
     * @param part from 0 to 1
     * @return infinite when it is longer than the histogram goes, not a number without requests
     */
    double quantile(String device, String operation, double part) {
        var upTo = new TreeMap<Double, Double>();
        addBuckets(upTo, before, device, operation, -1);
        var whole = new TreeMap<Double, Double>();
        addBuckets(whole, after, device, operation, 1);
        if (whole.isEmpty()) {
            return Double.NaN;
        }
        if (upTo.getOrDefault(Double.POSITIVE_INFINITY, 0.0) + whole.lastEntry().getValue() >= 0) {
            upTo.forEach((bound, count) -> whole.merge(bound, count, Double::sum));
        }
        var wanted = part * whole.lastEntry().getValue();
        if (wanted <= 0) {
            return Double.NaN;
        }
        double lower = 0;
        double below = 0;
        for (var bucket : whole.entrySet()) {
            if (bucket.getValue() >= wanted) {
                return bucket.getKey().isInfinite()
                        ? Double.POSITIVE_INFINITY
                        : lower + (bucket.getKey() - lower) * (wanted - below) / (bucket.getValue() - below);
            }
            lower = bucket.getKey();
            below = bucket.getValue();
        }
        return Double.POSITIVE_INFINITY;
    }

    private static void addBuckets(
            TreeMap<Double, Double> counts, PrometheusText text, String device, String operation, double sign) {
        for (var sample : text.of(Metric.SECONDS)) {
            if (isOf(sample, device, operation)) {
                counts.merge(PrometheusText.value(sample.label("le")), sign * sample.value(), Double::sum);
            }
        }
    }
}
