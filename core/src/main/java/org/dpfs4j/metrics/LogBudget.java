package org.dpfs4j.metrics;

/**
 * How much a guest may make the server write to its log: some lines at once, then a few in a minute. What is left out is to be seen in
 * the counters. Any thread.
 */
public final class LogBudget {
    /** Lines at once. */
    public static final int BURST = 20;

    private static final long NANOS_PER_LINE = 6_000_000_000L;

    private long paidUntil = System.nanoTime() - BURST * NANOS_PER_LINE;

    /** A full budget. */
    public LogBudget() {}

    /** Takes one line; false when there is none. */
    public synchronized boolean take() {
        return take(System.nanoTime());
    }

    synchronized boolean take(long now) {
        var full = now - BURST * NANOS_PER_LINE;
        if (paidUntil - full < 0) {
            paidUntil = full;
        }
        if (now - paidUntil < NANOS_PER_LINE) {
            return false;
        }
        paidUntil += NANOS_PER_LINE;
        return true;
    }
}
