package org.dpfs4j.load;

import java.util.Optional;
import org.HdrHistogram.Histogram;

/**
 * What one round of a case has shown.
 *
 * @param operations completed
 * @param requests answered for them
 * @param nanos how long that took
 * @param latencies of the operations, in nanoseconds
 * @param use of the server meanwhile; empty when its process is not known
 */
public record Measured(long operations, long requests, long nanos, Histogram latencies, Optional<Use> use) {
    /** From how many sleeps for a request on a server counts as sleeping between requests. */
    private static final double SLEEPY = 0.1;

    private static final double NANOS = 1e9;
    private static final double NANOS_PER_MICRO = 1e3;

    /**
     * What the server used.
     *
     * @param cpuNanos time on a core
     * @param voluntarySwitches how often its threads went to sleep
     * @param involuntarySwitches how often they were interrupted
     */
    public record Use(long cpuNanos, long voluntarySwitches, long involuntarySwitches) {}

    /** Operations in a second. */
    public double rate() {
        return operations * NANOS / Math.max(1, nanos);
    }

    /** Megabytes, not mebibytes, in a second. */
    public double megabytes(Case of) {
        return rate() * of.blockBytes() / 1e6;
    }

    /** A latency in microseconds, below which {@code percent} of the operations were; NaN when none were taken. */
    public double micros(double percent) {
        return latencies.getTotalCount() == 0 ? Double.NaN : latencies.getValueAtPercentile(percent) / NANOS_PER_MICRO;
    }

    /** Server's CPU time for an operation in microseconds; NaN when unknown. */
    public double cpuMicros() {
        return perOperation(use.map(Use::cpuNanos)) / NANOS_PER_MICRO;
    }

    /** How often the server went to sleep for an operation; NaN when unknown. */
    public double voluntarySwitches() {
        return perOperation(use.map(Use::voluntarySwitches));
    }

    /** How often the server was interrupted for an operation; NaN when unknown. */
    public double involuntarySwitches() {
        return perOperation(use.map(Use::involuntarySwitches));
    }

    private double perOperation(Optional<Long> sum) {
        return sum.map(value -> value / (double) Math.max(1, operations)).orElse(Double.NaN);
    }

    /** Whether the server slept between requests: not comparable with one that did not. */
    public boolean slept() {
        return use.isPresent() && use.get().voluntarySwitches() > SLEEPY * requests;
    }
}
