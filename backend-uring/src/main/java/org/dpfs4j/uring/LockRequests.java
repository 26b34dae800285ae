package org.dpfs4j.uring;

import org.dpfs4j.fs.LockReply;
import org.dpfs4j.fs.Reply;
import org.dpfs4j.fs.StatusReply;
import org.dpfs4j.io.BlockingCall;
import org.dpfs4j.io.Completion;
import org.dpfs4j.io.Lane;
import org.dpfs4j.io.Owner;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.FlushIn;
import org.dpfs4j.wire.LkIn;
import org.dpfs4j.wire.LockType;
import org.dpfs4j.wire.ReleaseIn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Locks of a device's guest, asked for on one lane. On files of another machine everything is done by workers. */
final class LockRequests {
    private static final Logger LOG = LoggerFactory.getLogger(LockRequests.class);
    private static final int BLOCKED = -Errno.EAGAIN.code();
    private static final Owner NOBODY = cause -> LOG.error("a lock was not released, or not tried again", cause);

    /** Something done on this lane, or on a worker, which has none. */
    @FunctionalInterface
    private interface Work {
        int run(FileCalls calls, Lane lane);
    }

    private final LaneTree on;
    private final ShareLocks share;
    private final Locks locks;

    LockRequests(LaneTree on, ShareLocks share) {
        this.on = on;
        this.share = share;
        locks = share.locks();
    }

    Lane lane() {
        return on.lane();
    }

    void getlk(LkIn in, LockReply reply) {
        if (in.type() == LockType.UNLOCK || in.flock()) {
            reply.fail(Errno.EINVAL);
            return;
        }
        var wish = hold(in, reply);
        if (wish == null) {
            return;
        }
        var found = new LockedFile.InTheWay[1];
        LockedFile.Task task = (file, calls) -> {
            found[0] = file.test(calls, wish);
            return found[0] == null ? 0 : BLOCKED;
        };
        tryTwice(wish, reply, task, (result, owner) -> {
            if (result < 0 && result != BLOCKED) {
                LaneTree.fail(owner, result);
            } else {
                answer(found[0], owner);
            }
        });
    }

    /**
     * Does something, and again when a lock is in the way: the last close of a file ends locks of flock(2)
     * and {@code F_OFD_SETLK}, and Linux tells of it in a RELEASE that close(2) does not wait for. It came before this
     * request, but perhaps to another lane.
     */
    private <R extends Reply> void tryTwice(LockWish wish, R reply, LockedFile.Task task, Completion<R> done) {
        run(wish, reply, task, (result, owner) -> {
            if (result != BLOCKED
                    || !share.hasOthersThan(on.lane())
                    || !wish.file().acquire()) {
                done.done(result, owner);
                return;
            }
            on.onWorker(
                    owner,
                    wish.file(),
                    calls -> {
                        share.awaitOthersThan(on.lane());
                        return locks.on(wish.on(), calls, null, task);
                    },
                    done);
        });
    }

    private static void answer(LockedFile.InTheWay found, LockReply reply) {
        if (found == null) {
            reply.lock().type(LockType.UNLOCK);
        } else {
            var range = found.range();
            reply.lock()
                    .type(range.type())
                    .start(range.start())
                    .end(range.end())
                    .pid(found.pid());
        }
        reply.ok();
    }

    void setlk(LkIn in, StatusReply reply) {
        var wish = hold(in, reply);
        if (wish != null) {
            tryTwice(wish, reply, (file, calls) -> file.set(calls, wish), LaneTree::status);
        }
    }

    void setlkw(LkIn in, StatusReply reply) {
        var wish = hold(in, reply);
        if (wish == null) {
            return;
        }
        run(wish, reply, (file, calls) -> file.set(calls, wish), (result, owner) -> {
            if (result == -Errno.EAGAIN.code()) {
                await(wish, owner);
            } else {
                LaneTree.status(result, owner);
            }
        });
    }

    private void await(LockWish wish, StatusReply reply) {
        if (!wish.file().acquire()) {
            reply.fail(Errno.EBADF);
            return;
        }
        var waiter = new Waiter(this, wish, reply);
        var answer = share.begin(waiter) ? reply.park(waiter) : null;
        if (answer == null) {
            share.end(waiter);
            wish.file().release();
            reply.fail(Errno.ENOLCK);
            return;
        }
        waiter.begin(answer);
        begin(wish, (file, calls) -> file.enter(calls, waiter));
    }

    /** Tries the lock of a waiter again. */
    void retry(Waiter waiter) {
        begin(waiter.wish(), (file, calls) -> file.retry(calls, waiter));
    }

    /** Ends the locks of a process on a file of which it has closed a descriptor; {@code goOn} answers. */
    void flush(FlushIn in, StatusReply reply, Runnable goOn) {
        if (share.isEmpty()) {
            goOn.run();
            return;
        }
        var wish = hold(in.handle(), in.lockOwner(), reply);
        if (wish != null) {
            run(wish, reply, (file, calls) -> file.drop(calls, wish.owner()), (result, owner) -> goOn.run());
        }
    }

    /** Ends what belongs to an open file; {@code goOn} closes it and answers. */
    void release(ReleaseIn in, StatusReply reply, Runnable goOn) {
        var known = on.tree().handles().get(in.handle()) instanceof OpenFile file && file.lockedAs() != null;
        if (share.isEmpty() || !known) {
            goOn.run();
            return;
        }
        var wish = hold(in.handle(), in.lockOwner(), reply);
        if (wish == null) {
            return;
        }
        LockedFile.Task ranges = (file, calls) -> file.dropHandle(calls, share, wish.handle());
        LockedFile.Task whole = in.unlocksFlock() ? (file, calls) -> file.drop(calls, wish.owner()) : ranges;
        work(
                wish,
                reply,
                (calls, lane) -> locks.on(wish.on(), calls, lane, ranges)
                        + locks.on(wish.on().withFlock(true), calls, lane, whole),
                (result, owner) -> goOn.run());
    }

    /** What is asked for, its file held; null when it makes no sense, and the reply has failed. */
    private LockWish hold(LkIn in, Reply reply) {
        var refusal = refusal(in);
        if (refusal != null) {
            reply.fail(refusal);
            return null;
        }
        var start = in.flock() ? 0 : in.start();
        var end = in.flock() ? LockRange.TO_END : in.end();
        return hold(in.handle(), in.owner(), in.flock(), in.type(), start, end, in.lockPid(), reply);
    }

    private Errno refusal(LkIn in) {
        var served = in.flock() ? share.config().flock() : share.config().posixLocks();
        if (!served) {
            return Errno.ENOSYS;
        }
        var known = in.type() == LockType.READ || in.type() == LockType.WRITE || in.type() == LockType.UNLOCK;
        var possible = in.flock() || (in.start() >= 0 && in.end() >= in.start());
        return known && possible ? null : Errno.EINVAL;
    }

    /** The wish to have no lock on ranges. */
    private LockWish hold(long handle, long owner, Reply reply) {
        return hold(handle, owner, false, LockType.UNLOCK, 0, LockRange.TO_END, 0, reply);
    }

    private LockWish hold(
            long handle, long owner, boolean flock, int type, long start, long end, int pid, Reply reply) {
        var file = on.holdFile(handle, reply);
        if (file == null) {
            return null;
        }
        var result = identify(file);
        if (result < 0) {
            file.fd().release();
            LaneTree.fail(reply, result);
            return null;
        }
        return new LockWish(
                file.lockedAs().withFlock(flock),
                new LockOwner(share, owner),
                handle,
                file.fd(),
                file.volume().local(),
                type,
                start,
                end,
                pid);
    }

    /** Asks which file it is, once: whatever its file system answers later, its locks can be ended. */
    private int identify(OpenFile file) {
        if (file.lockedAs() != null) {
            return 0;
        }
        var calls = on.calls();
        var result = calls.knownAttributes(file.fd().number());
        if (result == 0) {
            var statx = calls.statx();
            file.lockedAs(new LockedFile.Key(FileKey.device(statx), statx.ino(), false));
        }
        return result;
    }

    /** Does something, then gives the file back and completes on this lane. */
    private <R extends Reply> void run(LockWish wish, R reply, LockedFile.Task task, Completion<R> done) {
        work(wish, reply, (calls, lane) -> locks.on(wish.on(), calls, lane, task), done);
    }

    private <R extends Reply> void work(LockWish wish, R reply, Work work, Completion<R> done) {
        if (wish.local()) {
            var result = work.run(on.calls(), on.lane());
            wish.file().release();
            done.done(result, reply);
        } else {
            on.onWorker(reply, wish.file(), calls -> work.run(calls, null), done);
        }
    }

    /** Does something that nobody is told of. */
    private void begin(LockWish wish, LockedFile.Task task) {
        if (wish.local()) {
            locks.on(wish.on(), on.calls(), on.lane(), task);
            return;
        }
        BlockingCall call = worker -> {
            worker.identity().becomeServer();
            return locks.on(wish.on(), new FileCalls(worker.syscalls()), null, task);
        };
        on.lane().call(wish.file(), NOBODY, call, (result, owner) -> {});
    }
}
