package org.dpfs4j.metrics;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;

/**
 * What one lane counts of one queue: how long requests took and how they ended, by operation. The lane writes without locks
 * and shares no cache line with another; any thread may read, and sees each number as it was a moment ago.
 *
 * <pre>
 *   numbers: | margin | times: rows x BUCKETS | nanos: rows | errors: rows | by errno | {@link Total} | margin |
 * </pre>
 */
public final class OpTimes {
    /** Errno numbers below this are counted one by one, the others together as 0, which is no error. */
    public static final int ERRNOS = 256;

    /** Sums beside the operations. */
    public enum Total {
        /** Requests that have begun. */
        BEGUN,
        /** Requests that have ended, whether anybody was told or not. */
        ENDED,
        /** Waits that have begun: a request that waits for something that is not an operation of its own. */
        PARKED,
        /** Waits that have ended. */
        UNPARKED,
        /** Bytes of files that guests have read. */
        BYTES_READ,
        /** Bytes that guests have written into files. */
        BYTES_WRITTEN
    }

    private static final VarHandle NUMBERS = MethodHandles.arrayElementVarHandle(long[].class);

    /** Longs beside the numbers, so that the next object in the heap is on other cache lines: two lines each. */
    private static final int MARGIN = 16;

    private final List<String> operations;
    private final int nanos;
    private final int errors;
    private final int errnos;
    private final int totals;
    private final long[] numbers;

    /**
     * Times of these operations.
     *
     * @param operations what each row is called
     */
    public OpTimes(List<String> operations) {
        this.operations = List.copyOf(operations);
        var rows = operations.size();
        nanos = MARGIN + rows * Latency.BUCKETS;
        errors = nanos + rows;
        errnos = errors + rows;
        totals = errnos + ERRNOS;
        numbers = new long[totals + Total.values().length + MARGIN];
    }

    private void add(int index, long amount) {
        NUMBERS.setOpaque(numbers, index, numbers[index] + amount);
    }

    private long number(int index) {
        return (long) NUMBERS.getOpaque(numbers, index);
    }

    // --- the lane's side --------------------------------------------------------------------------------------------

    /**
     * Counts a request that has been answered.
     *
     * @param operation its row
     * @param tookNanos from the turn in which it was popped to the notification of its answer
     * @param errno 0 when it succeeded
     */
    public void answered(int operation, long tookNanos, int errno) {
        add(MARGIN + operation * Latency.BUCKETS + Latency.bucket(tookNanos), 1);
        add(nanos + operation, tookNanos);
        if (errno != 0) {
            add(errors + operation, 1);
            add(errnos + (errno > 0 && errno < ERRNOS ? errno : 0), 1);
        }
    }

    /** Adds to a sum. */
    public void add(Total total, long amount) {
        add(totals + total.ordinal(), amount);
    }

    // --- the reader's side ------------------------------------------------------------------------------------------

    /** What the rows are called. */
    public List<String> operations() {
        return operations;
    }

    /** How many requests of an operation took as long as {@link Latency} says of the bucket. */
    public long count(int operation, int bucket) {
        return number(MARGIN + operation * Latency.BUCKETS + bucket);
    }

    /** How long the requests of an operation took together, in nanoseconds. */
    public long nanos(int operation) {
        return number(nanos + operation);
    }

    /** How many requests of an operation were answered with an error. */
    public long errors(int operation) {
        return number(errors + operation);
    }

    /** How many requests were answered with this errno, below {@link #ERRNOS}; 0 for those out of range. */
    public long repliesWith(int errno) {
        return number(errnos + errno);
    }

    /** A sum. */
    public long total(Total total) {
        return number(totals + total.ordinal());
    }
}
