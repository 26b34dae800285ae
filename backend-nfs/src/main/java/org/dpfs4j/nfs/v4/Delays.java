package org.dpfs4j.nfs.v4;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Calls of one lane that the server wants to be asked again later, without a slot meanwhile. */
final class Delays {
    static final long SWEEP_MILLIS = 250;

    private static final long DELAY_FIRST_MILLIS = 10;
    private static final long DELAY_MAX_MILLIS = 1000;
    private static final long GRACE_FIRST_MILLIS = 100;
    private static final long GRACE_MAX_MILLIS = 2000;
    private static final int DOUBLINGS_MAX = 12;

    private final LaneSession session;
    private final List<Call> delayed = new ArrayList<>();

    Delays(LaneSession session) {
        this.session = session;
    }

    /** The server is busy with what a call needs, or has just been started: the call comes again, with a new number. */
    void later(Call call, int status) {
        var grace = status == Status.GRACE;
        var first = grace ? GRACE_FIRST_MILLIS : DELAY_FIRST_MILLIS;
        var most = grace ? GRACE_MAX_MILLIS : DELAY_MAX_MILLIS;
        delayed.add(call);
        after(pause(call, first, most), () -> {
            if (delayed.remove(call)) {
                session.admit(call);
            }
        });
    }

    /** The server is still busy with this very call: it is asked for the reply, with the same number. */
    void sameSlotLater(Call call) {
        var mine = call.submittedNanos();
        after(pause(call, DELAY_FIRST_MILLIS, DELAY_MAX_MILLIS), () -> {
            if (call.submittedNanos() == mine) {
                session.resend(call);
            }
        });
    }

    private static long pause(Call call, long first, long most) {
        var pause = Math.min(most, first << Math.min(call.nextAttempt(), DOUBLINGS_MAX));
        return pause - ThreadLocalRandom.current().nextLong(pause / 4 + 1);
    }

    private void after(long millis, Runnable task) {
        session.lane().eventLoop().schedule(task, millis, TimeUnit.MILLISECONDS);
    }

    /** Runs until the session is closed. */
    void sweep() {
        if (!session.isClosed()) {
            session.sweep(System.nanoTime());
            after(SWEEP_MILLIS, this::sweep);
        }
    }

    /** Gives up what waits of a kind. */
    void giveUp(Call.Kind kind) {
        var all = delayed.stream().filter(call -> call.kind() == kind).toList();
        delayed.removeAll(all);
        all.forEach(session::giveUp);
    }

    void close() {
        var all = List.copyOf(delayed);
        delayed.clear();
        all.forEach(session::giveUp);
    }
}
