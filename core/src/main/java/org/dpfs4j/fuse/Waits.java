package org.dpfs4j.fuse;

import java.util.HashMap;
import java.util.Map;
import org.dpfs4j.io.Lane;

/**
 * The requests of a device that wait for somebody else, by their unique number, so that INTERRUPT finds them from any queue.
 * Requests that do not wait are not here: they cost nothing, and INTERRUPT does nothing to them, because the programs that
 * read and write files do not expect EINTR.
 *
 * <p>An INTERRUPT may overtake its request, which comes by another queue: the last few that found nothing are remembered for
 * requests that begin to wait later. Linux uses no number twice.
 */
final class Waits {
    private static final int EARLY = 64;

    private record Wait(Slot slot, long generation, Lane lane) {
        void interrupt() {
            lane.execute(() -> slot.interrupt(generation));
        }
    }

    private final Map<Long, Wait> waits = new HashMap<>();
    private final long[] early = new long[EARLY];
    private int nextEarly;

    /** A request begins to wait; one that was interrupted already ends as soon as its lane has a turn. */
    synchronized void begin(long unique, Slot slot, Lane lane) {
        var wait = new Wait(slot, slot.generation(), lane);
        for (int i = 0; i < EARLY; i++) {
            if (unique != 0 && early[i] == unique) {
                early[i] = 0;
                wait.interrupt();
                return;
            }
        }
        waits.put(unique, wait);
    }

    /** A request waits no longer; of two with one number, which only a broken guest has, the other one stays. */
    @SuppressWarnings("ReferenceEquality") // a slot is itself only
    synchronized void end(long unique, Slot slot) {
        var wait = waits.get(unique);
        if (wait != null && wait.slot == slot) {
            waits.remove(unique);
        }
    }

    /** INTERRUPT of the request with this number. */
    synchronized void interrupt(long unique) {
        var wait = waits.remove(unique);
        if (wait != null) {
            wait.interrupt();
        } else {
            early[nextEarly] = unique;
            nextEarly = (nextEarly + 1) % EARLY;
        }
    }

    /** A new session begins: its numbers are others. */
    synchronized void forgetEarly() {
        for (int i = 0; i < EARLY; i++) {
            early[i] = 0;
        }
    }
}
