package org.dpfs4j.uring;

import java.util.HashMap;
import java.util.Map;

/**
 * Who waits for whom, to refuse the wait that would close a circle. An owner that waits several times at once, which threads
 * of one process can, is here with the last. Only guests are here: a circle through a program of the host is not found.
 */
final class WaitGraph {
    /** Owners in a circle that is found, at most. */
    private static final int STEPS_MAX = 64;

    private record Edge(Waiter waiter, LockOwner blocker) {}

    private final Map<LockOwner, Edge> edges = new HashMap<>();

    /** The waiter waits for {@code blocker} from now on; false when that waits for it already, directly or not. */
    synchronized boolean add(Waiter waiter, LockOwner blocker) {
        var owner = waiter.wish().owner();
        var at = blocker;
        for (int steps = 0; at != null && steps < STEPS_MAX; steps++) {
            if (at.equals(owner)) {
                return false;
            }
            var edge = edges.get(at);
            at = edge == null ? null : edge.blocker;
        }
        edges.put(owner, new Edge(waiter, blocker));
        return true;
    }

    /** The waiter waits for nobody known. */
    @SuppressWarnings("ReferenceEquality") // a waiter is itself only
    synchronized void remove(Waiter waiter) {
        var edge = edges.get(waiter.wish().owner());
        if (edge != null && edge.waiter == waiter) {
            edges.remove(waiter.wish().owner());
        }
    }
}
