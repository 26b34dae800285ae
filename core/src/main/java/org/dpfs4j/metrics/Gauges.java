package org.dpfs4j.metrics;

/** Hears what somebody's gauges show just now. */
@FunctionalInterface
public interface Gauges {
    /** The gauge shows this value; each gauge is told once. */
    void shows(Gauge gauge, long value);
}
