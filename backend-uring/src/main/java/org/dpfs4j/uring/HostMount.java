package org.dpfs4j.uring;

import java.util.concurrent.atomic.AtomicInteger;
import org.dpfs4j.io.Fd;
import org.dpfs4j.io.Line;

/** A mount under the root as one device uses it: kept while nodes lie on it, so that its number means no other mount. */
final class HostMount {
    private static final int GONE = -1;

    private final Volume volume;
    private final Line line;
    private final Fd descriptor;
    private final AtomicInteger nodes = new AtomicInteger(1);

    /**
     * A mount with a node.
     *
     * @param line where the device's calls on the volume wait
     * @param descriptor not O_PATH, opens its files by their handles; or null, where that fails
     */
    HostMount(Volume volume, Line line, Fd descriptor) {
        this.volume = volume;
        this.line = line;
        this.descriptor = descriptor;
    }

    Volume volume() {
        return volume;
    }

    /** Where calls on files here wait. */
    Line line() {
        return line;
    }

    /** Whether files are opened by their handles. */
    boolean byHandle() {
        return descriptor != null;
    }

    /** A descriptor of the mount; only where {@link #byHandle}. */
    Fd descriptor() {
        return descriptor;
    }

    /** Counts a node; false when the last one has gone. */
    boolean join() {
        int now;
        do {
            now = nodes.get();
            if (now == GONE) {
                return false;
            }
        } while (!nodes.compareAndSet(now, now + 1));
        return true;
    }

    /** Takes a node away; true when it was the last, for good. */
    boolean leave() {
        return nodes.decrementAndGet() == 0 && nodes.compareAndSet(0, GONE);
    }

    void close() {
        if (descriptor != null) {
            descriptor.close();
        }
    }
}
