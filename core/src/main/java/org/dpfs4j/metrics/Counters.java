package org.dpfs4j.metrics;

import java.util.concurrent.atomic.LongAdder;

/** A set of counters, one for each {@link Counter}; any thread counts and reads. */
public final class Counters {
    private final LongAdder[] values = new LongAdder[Counter.values().length];

    /** Counters that begin at 0. */
    public Counters() {
        for (int i = 0; i < values.length; i++) {
            values[i] = new LongAdder();
        }
    }

    /** Counts one. */
    public void count(Counter counter) {
        values[counter.ordinal()].increment();
    }

    /** How many so far. */
    public long value(Counter counter) {
        return values[counter.ordinal()].sum();
    }
}
