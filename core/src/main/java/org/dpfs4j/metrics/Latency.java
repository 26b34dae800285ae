package org.dpfs4j.metrics;

/**
 * The buckets of a latency histogram: each is twice as wide as the one before it, and a bound belongs to the bucket below,
 * as Prometheus has it.
 *
 * <pre>
 *   bucket 0: up to 1024 ns | 1: up to 2048 ns | ... | 24: up to 17.2 s | 25: everything longer
 * </pre>
 */
public final class Latency {
    /** How many buckets there are. */
    public static final int BUCKETS = 26;

    private static final int FIRST_BITS = 10;

    private Latency() {}

    /** The bucket of a time; one below 0 is in the first. */
    public static int bucket(long nanos) {
        var bits = Long.SIZE - Long.numberOfLeadingZeros(Math.max(nanos, 1) - 1);
        return Math.min(Math.max(bits - FIRST_BITS, 0), BUCKETS - 1);
    }

    /** The longest time in a bucket, in nanoseconds; {@link Long#MAX_VALUE} for the last. */
    public static long boundNanos(int bucket) {
        return bucket == BUCKETS - 1 ? Long.MAX_VALUE : 1L << (bucket + FIRST_BITS);
    }
}
