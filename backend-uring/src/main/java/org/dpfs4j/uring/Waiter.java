package org.dpfs4j.uring;

import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.dpfs4j.fs.Deferred;
import org.dpfs4j.fs.StatusReply;
import org.dpfs4j.fs.Waiting;
import org.dpfs4j.wire.Errno;

/**
 * A request that waits for a lock. Whoever ends it answers it, and only one does: the thread that tries the lock for it, the
 * guest that wants it no longer, or the end of its time.
 *
 * <pre>
 *   TRYING ─── in the way ──► WAITING ── left, or time over ──► ENDED
 *     │  ▲─── worth a try ──────┘                                 ▲
 *     └────────────── has the lock, or never will ───────────────┤
 *     └─── wanted no longer ──► LEAVING ── the try is over ───────┘
 * </pre>
 */
final class Waiter implements Waiting {
    private static final long FIRST_PAUSE_NANOS = 5_000_000;
    private static final long PAUSE_NANOS_MAX = 250_000_000;

    /** When the time is over while a try is under way, it is looked at again. */
    private static final long TRY_NANOS = 1_000_000;

    private enum State {
        TRYING,
        WAITING,
        LEAVING,
        ENDED
    }

    private final AtomicReference<State> state = new AtomicReference<>(State.TRYING);
    private final LockRequests on;
    private final LockWish wish;
    private final StatusReply reply;
    private Deferred answer;
    private boolean patient;
    private volatile Future<?> limit;

    /** Whether what it waits for was taken through the same open file; written under the file's monitor. */
    private volatile boolean inherited;

    /** Set once, under the file's monitor. */
    private LockedFile file;

    private long place;

    /** Under the file's monitor. */
    private boolean retryIsDue;

    private long pauseNanos = FIRST_PAUSE_NANOS;

    /** A wish that is held for as long as this waits. */
    Waiter(LockRequests on, LockWish wish, StatusReply reply) {
        this.on = on;
        this.wish = wish;
        this.reply = reply;
    }

    LockWish wish() {
        return wish;
    }

    /** Where it stands in the file's queue. */
    long place() {
        return place;
    }

    /** Begins to wait. On the lane. */
    void begin(Deferred with) {
        answer = with;
        patient = wish.owner().share().config().lockWaitMax().isZero();
        var atMost = atMost();
        if (!atMost.isZero()) {
            timeIsOverIn(atMost.toNanos());
        }
    }

    private Duration atMost() {
        var share = wish.owner().share();
        return patient ? share.inheritedWaitMax() : share.config().lockWaitMax();
    }

    private void timeIsOverIn(long nanos) {
        limit = on.lane().eventLoop().schedule(this::timeIsOver, nanos, TimeUnit.NANOSECONDS);
    }

    /** Not EINTR: without a signal the guest's kernel would hand its own restart code to the program. */
    private void timeIsOver() {
        if (patient && !inherited) {
            timeIsOverIn(atMost().toNanos());
        } else if (state.compareAndSet(State.WAITING, State.ENDED)) {
            forget();
            reply.fail(Errno.EAGAIN);
        } else if (state.get() == State.TRYING) {
            timeIsOverIn(TRY_NANOS);
        }
    }

    /** Enters the queue of a file. */
    void enter(LockedFile into, long at) {
        file = into;
        place = at;
    }

    /** What it waits for now: a lock that was taken through the same open file, or any other. */
    void waitsFor(boolean inheritedLock) {
        inherited = inheritedLock;
    }

    /** While the lock is tried, the one who tries answers. */
    @Override
    public boolean leave() {
        while (true) {
            if (state.compareAndSet(State.WAITING, State.ENDED)) {
                forget();
                return true;
            }
            if (state.compareAndSet(State.TRYING, State.LEAVING)) {
                return false;
            }
            var now = state.get();
            if (now == State.LEAVING || now == State.ENDED) {
                return false;
            }
        }
    }

    /** As {@link #leave}, from any thread, and answers. */
    void giveUp() {
        if (leave()) {
            answer.answer(() -> reply.fail(Errno.EINTR));
        }
    }

    /** Whether the lock shall be tried now; then {@link #stay} or {@link #end} follows. */
    boolean begins() {
        return state.compareAndSet(State.WAITING, State.TRYING);
    }

    /** Waits on; false when it is not wanted any more: then it is ended. */
    boolean stay() {
        return state.compareAndSet(State.TRYING, State.WAITING);
    }

    /** Ends with a result: 0 or a negated errno. */
    void end(int result) {
        state.set(State.ENDED);
        forget();
        answer.answer(() -> LaneTree.status(result, reply));
    }

    /** Tries again later by itself, ever less often: nobody tells when a program of the host unlocks. */
    void retryLater() {
        if (!retryIsDue) {
            retryIsDue = true;
            on.lane().eventLoop().schedule(() -> on.retry(this), pauseNanos, TimeUnit.NANOSECONDS);
            pauseNanos = Math.min(2 * pauseNanos, PAUSE_NANOS_MAX);
        }
    }

    /** The time of {@link #retryLater} has come. */
    void retries() {
        retryIsDue = false;
    }

    private void forget() {
        var timer = limit;
        if (timer != null) {
            timer.cancel(false);
        }
        if (file != null) {
            file.forget(this);
        }
        wish.owner().share().end(this);
        wish.file().release();
    }
}
