package org.dpfs4j.app;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.dpfs4j.fuse.FuseDevice;
import org.dpfs4j.metrics.Latency;
import org.dpfs4j.metrics.OpTimes;
import org.dpfs4j.metrics.OpTimes.Total;

/** What the lanes have counted of one device, added up at one moment: over its queues, and by queue. */
final class DeviceSums {
    private final Map<Integer, OfQueue> queues = new TreeMap<>();
    private final long[] errnos = new long[OpTimes.ERRNOS];
    private List<String> operations = List.of();
    private long[][] buckets = {};
    private long[] nanos = {};
    private long[] errors = {};
    private long bytesRead;
    private long bytesWritten;

    /** The part of one queue. */
    static final class OfQueue {
        private long[] requests = {};
        private long inFlight;
        private long parked;

        /** Requests answered, by operation. */
        long[] requests() {
            return requests;
        }

        long inFlight() {
            return inFlight;
        }

        long parked() {
            return parked;
        }
    }

    private DeviceSums() {}

    static DeviceSums of(FuseDevice device) {
        var sums = new DeviceSums();
        device.times(sums::add);
        return sums;
    }

    private void add(int index, OpTimes times) {
        if (operations.isEmpty()) {
            operations = times.operations();
            buckets = new long[operations.size()][Latency.BUCKETS];
            nanos = new long[operations.size()];
            errors = new long[operations.size()];
        }
        var queue = queues.computeIfAbsent(index, first -> new OfQueue());
        if (queue.requests.length == 0) {
            queue.requests = new long[operations.size()];
        }
        for (int op = 0; op < operations.size(); op++) {
            for (int i = 0; i < Latency.BUCKETS; i++) {
                var count = times.count(op, i);
                buckets[op][i] += count;
                queue.requests[op] += count;
            }
            nanos[op] += times.nanos(op);
            errors[op] += times.errors(op);
        }
        for (int errno = 0; errno < errnos.length; errno++) {
            errnos[errno] += times.repliesWith(errno);
        }
        bytesRead += times.total(Total.BYTES_READ);
        bytesWritten += times.total(Total.BYTES_WRITTEN);
        // What has ended is read first: the lane goes on meanwhile, and nothing ends before it has begun.
        var ended = times.total(Total.ENDED);
        queue.inFlight += times.total(Total.BEGUN) - ended;
        var unparked = times.total(Total.UNPARKED);
        queue.parked += times.total(Total.PARKED) - unparked;
    }

    /** What the rows of the others are called. */
    List<String> operations() {
        return operations;
    }

    /** Whether the guest has ever sent this. */
    boolean wasSeen(int operation) {
        for (var count : buckets[operation]) {
            if (count > 0) {
                return true;
            }
        }
        return false;
    }

    long[] buckets(int operation) {
        return buckets[operation];
    }

    long nanos(int operation) {
        return nanos[operation];
    }

    long errors(int operation) {
        return errors[operation];
    }

    /** Replies by errno; those of no errno of Linux at 0. */
    long[] errnos() {
        return errnos;
    }

    long bytesRead() {
        return bytesRead;
    }

    long bytesWritten() {
        return bytesWritten;
    }

    /** By index. */
    Map<Integer, OfQueue> queues() {
        return queues;
    }
}
