package org.dpfs4j.nfs.v4;

import java.util.ArrayDeque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a server that has lost its state what was open and locked (RFC 8881, 8.4.2), one open file with its locks after the
 * other, some at a time. A server that gives no grace, because it was not it that was away, lets files be opened anew; whether
 * others had the locks in the meantime cannot be known, so these are lost. It belongs to its session, and goes on after a cut
 * as the session does; when the session ends, the next one claims what is left.
 */
final class Reclaiming {
    private static final Logger LOG = LoggerFactory.getLogger(Reclaiming.class);
    private static final int AT_A_TIME = 8;

    private final LaneSession session;
    private final Runnable done;
    private final long claims;
    private final ArrayDeque<OpenState> left;
    private int underWay;
    private int lostCount;
    private boolean graceless;
    private boolean completed;
    private boolean abandoned;

    Reclaiming(LaneSession session, Runnable done) {
        this.session = session;
        this.done = done;
        claims = session.client().claims();
        left = new ArrayDeque<>();
        for (var state : session.client().states().opens()) {
            if (state.isToBeClaimed(claims)) {
                left.add(state);
            }
        }
    }

    /** The session has ended: answers mean nothing any more. */
    void abandon() {
        abandoned = true;
    }

    private void submit(Call call, Continuation answered) {
        call.submitControl((asked, results) -> {
            var answer = results.status();
            if (!abandoned && answer != Status.NO_ANSWER && answer != Status.NONSENSE) {
                answered.done(asked, results);
            }
        });
    }

    void begin() {
        if (left.isEmpty()) {
            complete();
        } else {
            LOG.info("{}: claims {} open files again", session.client().name(), left.size());
            next();
        }
    }

    private void next() {
        while (underWay < AT_A_TIME && !left.isEmpty()) {
            underWay++;
            open(left.removeFirst());
        }
        if (underWay == 0 && left.isEmpty()) {
            if (!completed) {
                complete();
            } else {
                end();
            }
        }
    }

    private void open(OpenState state) {
        var call = session.call(state.credential());
        call.putfh(state.handle());
        if (graceless) {
            OpenOps.open(call.changes(), state);
        } else {
            OpenOps.reclaim(call.changes(), state);
        }
        submit(call, (asked, results) -> {
            switch (results.status()) {
                case Status.OK -> {
                    results.ok(Op.PUTFH);
                    state.opened(state.handle(), OpenOps.opened(results, state));
                    relock(state);
                }
                case Status.NO_GRACE, Status.RECLAIM_BAD, Status.INVAL -> anew(state);
                default -> lose(state);
            }
        });
    }

    /** The server takes no claims (any more): what is left is opened as if for the first time. */
    private void anew(OpenState state) {
        underWay--;
        if (graceless) {
            lose(state);
            return;
        }
        left.addFirst(state);
        if (underWay == 0) {
            graceless = true;
            complete();
        }
    }

    private void lose(OpenState state) {
        state.lose();
        session.client().states().locksOf(state).forEach(LockState::lose);
        lostCount++;
        underWay--;
        next();
    }

    private void relock(OpenState state) {
        var locks = new ArrayDeque<Runnable>();
        for (var lock : session.client().states().locksOf(state)) {
            if (graceless) {
                lock.lose();
            } else {
                lock.ranges().forEach(range -> locks.add(() -> relock(lock, range, locks)));
            }
        }
        locks.add(() -> {
            state.claimed(claims);
            underWay--;
            next();
        });
        locks.removeFirst().run();
    }

    private void relock(LockState lock, LockState.Range range, ArrayDeque<Runnable> then) {
        var call = session.call(lock.open().credential());
        call.putfh(lock.open().handle());
        LockOps.lock(call.changes(), lock, range.start(), range.end(), range.write(), false, true);
        submit(call, (asked, results) -> {
            if (results.isOk()) {
                results.ok(Op.PUTFH);
                lock.known(StateId.read(results.ok(Op.LOCK)));
            } else {
                lock.lose();
            }
            then.removeFirst().run();
        });
    }

    private void complete() {
        completed = true;
        var call = session.call(session.client().config().machine());
        call.op(Op.RECLAIM_COMPLETE);
        call.out().putFlag(false);
        submit(call, (asked, results) -> next());
    }

    private void end() {
        if (lostCount > 0) {
            LOG.warn("{}: {} open files are lost", session.client().name(), lostCount);
        }
        done.run();
    }
}
