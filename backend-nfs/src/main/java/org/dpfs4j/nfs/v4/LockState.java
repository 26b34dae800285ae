package org.dpfs4j.nfs.v4;

import java.util.ArrayList;
import java.util.List;
import org.dpfs4j.io.Lane;

/**
 * What one lock-owner holds of one file: a state id of the server's, and the ranges, so that they can be claimed again.
 * Requests for one owner and file come one after the other.
 */
public final class LockState implements StateHolder {
    /** From {@code start} to {@code end}, both inclusive; {@code end} -1 means the largest offset. */
    record Range(long start, long end, boolean write) {
        boolean touches(long from, long to) {
            return Long.compareUnsigned(start, to) <= 0 && Long.compareUnsigned(end, from) >= 0;
        }
    }

    private final OpenState open;
    private final byte[] owner;
    private volatile StateId id;
    private final List<Range> ranges = new ArrayList<>();
    private final Turnstile turns = new Turnstile();
    private volatile boolean lost;

    /** Nothing is held yet: the first lock is taken through an open file. */
    public LockState(OpenState open, byte[] owner) {
        this.open = open;
        this.owner = owner;
    }

    @Override
    public StateId stateId() {
        return id == null ? StateId.ANONYMOUS : id;
    }

    /** Whether the server knows it. */
    public boolean exists() {
        return id != null;
    }

    /** The open file through which the first lock was taken. */
    public OpenState open() {
        return open;
    }

    byte[] owner() {
        return owner;
    }

    /** Lets one request at a time through: {@code work} runs on the lane, and {@link #leave} follows. */
    public void turnstile(Lane lane, Runnable work) {
        turns.enter(lane, work);
    }

    /** The request has been answered. */
    public void leave() {
        turns.leave();
    }

    /** The server knows it by this name now. */
    public void known(StateId as) {
        id = as;
    }

    /** The owner has this range now; what it had of it before is replaced. */
    public synchronized void locked(long start, long end, boolean write) {
        unlocked(start, end);
        ranges.add(new Range(start, end, write));
    }

    /** The owner does not have this range any more. */
    public synchronized void unlocked(long start, long end) {
        for (var range : List.copyOf(ranges)) {
            if (range.touches(start, end)) {
                ranges.remove(range);
                if (Long.compareUnsigned(range.start, start) < 0) {
                    ranges.add(new Range(range.start, start - 1, range.write));
                }
                if (Long.compareUnsigned(range.end, end) > 0) {
                    ranges.add(new Range(end + 1, range.end, range.write));
                }
            }
        }
    }

    /** Whether something of a range is locked. */
    public synchronized boolean holds(long start, long end) {
        return ranges.stream().anyMatch(range -> range.touches(start, end));
    }

    /** Whether nothing is locked. */
    public synchronized boolean isEmpty() {
        return ranges.isEmpty();
    }

    synchronized List<Range> ranges() {
        return List.copyOf(ranges);
    }

    /** Somebody else may have had the locks in the meantime. */
    void lose() {
        lost = true;
    }

    /** Whether the locks are not held any more, for no fault of the guest's. */
    public boolean isLost() {
        return lost;
    }
}
