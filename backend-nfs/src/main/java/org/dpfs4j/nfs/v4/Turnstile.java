package org.dpfs4j.nfs.v4;

import java.util.ArrayDeque;
import org.dpfs4j.io.Lane;

/** Lets one at a time through, in the order in which they came, each on its own lane; nobody waits for it. Any thread. */
public final class Turnstile {
    private record Waiting(Lane lane, Runnable work) {}

    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private boolean taken;

    /** One that is free. */
    public Turnstile() {}

    /** Runs {@code work} now, or on {@code lane} when all before it have left. */
    public void enter(Lane lane, Runnable work) {
        synchronized (this) {
            if (taken) {
                waiting.addLast(new Waiting(lane, work));
                return;
            }
            taken = true;
        }
        work.run();
    }

    /** Whoever is through lets the next one in. */
    public void leave() {
        Waiting next;
        synchronized (this) {
            next = waiting.pollFirst();
            taken = next != null;
        }
        if (next != null) {
            next.lane.execute(next.work);
        }
    }
}
