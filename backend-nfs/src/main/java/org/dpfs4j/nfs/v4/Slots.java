package org.dpfs4j.nfs.v4;

import java.util.Arrays;

/**
 * The slot table of a session (RFC 8881, 2.10.6): one request at a time in each slot, numbered one after the other. The last
 * slot is for control only, and data leaves a quarter of the rest to small requests.
 */
final class Slots {
    /** As many as are asked for. */
    static final int COUNT_MAX = 64;

    private final int[] sequences = new int[COUNT_MAX];
    private final Call[] calls = new Call[COUNT_MAX];
    private long busy;
    private int bulkBusy;
    private int count = 1;
    private int target = 1;

    /** Begins anew with a session's slots. */
    void reset(int granted) {
        count = Math.clamp(granted, 1, COUNT_MAX);
        target = count;
        Arrays.fill(sequences, 1);
        Arrays.fill(calls, null);
        busy = 0;
        bulkBusy = 0;
    }

    /** The server wants no slot above {@code highest} to be used. */
    void target(int highest) {
        target = Math.clamp(highest + 1L, 1, count);
    }

    /** Enters a call into the lowest free slot; false when it has to wait. */
    boolean enter(Call call) {
        var usable = Math.min(count, target);
        var open = call.kind() == Call.Kind.CONTROL || usable == 1 ? usable : usable - 1;
        if (call.kind() == Call.Kind.BULK && bulkBusy >= Math.max(1, open - open / 4)) {
            return false;
        }
        var free = ~busy & (open == COUNT_MAX ? -1L : (1L << open) - 1);
        if (free == 0) {
            return false;
        }
        var slot = Long.numberOfTrailingZeros(free);
        busy |= 1L << slot;
        bulkBusy += call.kind() == Call.Kind.BULK ? 1 : 0;
        calls[slot] = call;
        call.slot(slot);
        return true;
    }

    /** Frees a call's slot. */
    void leave(Call call) {
        var slot = call.slot();
        if (slot >= 0 && calls[slot] == call) {
            calls[slot] = null;
            busy &= ~(1L << slot);
            bulkBusy -= call.kind() == Call.Kind.BULK ? 1 : 0;
            call.slot(-1);
        }
    }

    /** The request that is under way in a slot, or null. */
    Call call(int slot) {
        return calls[slot];
    }

    /** A connection has ended: what was under way on it is so no more. */
    void forgetTrunk(Trunk trunk) {
        for (var call : calls) {
            if (call != null && call.trunk() == trunk) {
                call.trunk(null);
            }
        }
    }

    /** Whether a request has been under way since before a time. */
    boolean hasOlderThan(long nanos) {
        for (var call : calls) {
            if (call != null && call.submittedNanos() - nanos < 0) {
                return true;
            }
        }
        return false;
    }

    int sequence(int slot) {
        return sequences[slot];
    }

    /** The server has taken the slot's request: the next one has the next number. */
    void advance(int slot) {
        sequences[slot]++;
    }

    int highestBusy() {
        return busy == 0 ? 0 : Long.SIZE - 1 - Long.numberOfLeadingZeros(busy);
    }

    int count() {
        return count;
    }

    int busyCount() {
        return Long.bitCount(busy);
    }
}
