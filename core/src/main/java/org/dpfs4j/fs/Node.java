package org.dpfs4j.fs;

import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/**
 * A file-system object that the guest knows, with the number of lookups it holds. A backend's node extends this with
 * what it needs to reach the object.
 *
 * <p>Lookups only fall to zero once: zero is dead, for good. A LOOKUP that meets a dead node makes a new one, under
 * another id.
 */
public class Node {
    private static final AtomicLongFieldUpdater<Node> LOOKUPS =
            AtomicLongFieldUpdater.newUpdater(Node.class, "lookups");

    private volatile long lookups = 1;
    private long id;

    /** The number that the guest knows this node by; 0 until the table has given one. */
    public final long id() {
        return id;
    }

    final void id(long given) {
        id = given;
    }

    /** Counts a lookup; false when the node is dead. */
    final boolean found() {
        long now;
        do {
            now = lookups;
            if (now == 0) {
                return false;
            }
        } while (!LOOKUPS.compareAndSet(this, now, now + 1));
        return true;
    }

    /** Takes lookups back, never more than there are; true when this was the end of the node. */
    final boolean forgotten(long count) {
        long now;
        long left;
        do {
            now = lookups;
            if (now == 0) {
                return false;
            }
            left = Long.compareUnsigned(count, now) >= 0 ? 0 : now - count;
        } while (!LOOKUPS.compareAndSet(this, now, left));
        return left == 0;
    }
}
