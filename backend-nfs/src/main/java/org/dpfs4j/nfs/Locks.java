package org.dpfs4j.nfs;

import java.util.List;
import org.dpfs4j.fs.LockReply;
import org.dpfs4j.fs.StatusReply;
import org.dpfs4j.nfs.v4.LockOps;
import org.dpfs4j.nfs.v4.Results;
import org.dpfs4j.nfs.v4.Status;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.LkIn;
import org.dpfs4j.wire.LockType;

/**
 * Locks of fcntl(2) and flock(2), both kept by the server as locks of ranges. Where the server says when a lock can be had,
 * who waits is woken; else it asks now and then.
 */
final class Locks {
    private final LaneMount mount;
    private final LockTable table;

    Locks(LaneMount mount) {
        this.mount = mount;
        table = mount.share().locks();
    }

    /** Whether it makes no sense; the request was refused then. */
    private static boolean isNonsense(LkIn in, org.dpfs4j.fs.Reply reply) {
        var wrong = in.type() < LockType.READ || in.type() > LockType.UNLOCK || in.start() < 0 || in.end() < in.start();
        if (wrong) {
            reply.fail(Errno.EINVAL);
        }
        return wrong;
    }

    void getlk(LkIn in, LockReply reply) {
        var file = mount.file(in.handle(), reply);
        if (file == null || isNonsense(in, reply)) {
            return;
        }
        if (in.type() == LockType.UNLOCK) {
            reply.fail(Errno.EINVAL);
            return;
        }
        var wish = LockWish.of(in, file, in.type() == LockType.WRITE);
        var call = mount.session().call(file.state().credential());
        call.putfh(file.node().handle());
        LockOps.test(call, table.of(wish).state(), wish.start(), wish.end(), wish.write());
        call.about(reply, null, 0).submit((done, results) -> tested(wish, reply, results));
    }

    private void tested(LockWish wish, LockReply reply, Results results) {
        if (results.isOk()) {
            reply.lock().type(LockType.UNLOCK);
            reply.ok();
        } else if (results.status() == Status.DENIED) {
            results.putfh();
            results.lockDenied(true);
            var found = LockOps.conflict(results);
            var end = found.end() < 0 ? Long.MAX_VALUE : found.end();
            reply.lock()
                    .start(Math.max(0, found.start()))
                    .end(end)
                    .type(found.write() ? LockType.WRITE : LockType.READ)
                    .pid(table.holder(wish.file().node(), wish.owner(), found.start(), end));
            reply.ok();
        } else {
            LaneMount.fail(reply, results);
        }
    }

    void setlk(LkIn in, StatusReply reply, boolean waits) {
        var file = mount.file(in.handle(), reply);
        if (file == null || isNonsense(in, reply)) {
            return;
        }
        if (in.type() == LockType.UNLOCK) {
            var wish = LockWish.of(in, file, false);
            unlock(file.node(), table.of(file.node(), wish.owner(), wish.flock()), wish.start(), wish.end(), reply::ok);
            return;
        }
        var write = in.type() == LockType.WRITE;
        // Of flock(2), too: a server locks for writing only what is open for writing, and a lock that others get, too,
        // is none.
        if (write ? !file.writable() : !file.readable()) {
            reply.fail(Errno.EBADF);
            return;
        }
        attempt(LockWish.of(in, file, write), reply, waits, null);
    }

    /** Asks the server for a lock; with a waiter, for a request that waits already. */
    private void attempt(LockWish wish, StatusReply reply, boolean waits, LockWaiter waiter) {
        mount.share().delegations().lockedThrough(wish.file());
        var held = table.of(wish);
        held.state().turnstile(mount.session().lane(), () -> {
            var call = mount.session().call(held.file().state().credential());
            call.putfh(wish.file().node().handle());
            LockOps.lock(call.changes(), held.state(), wish.start(), wish.end(), wish.write(), waits, false);
            call.insist().submit((done, results) -> {
                if (results.isOk()) {
                    results.putfh();
                    held.state().known(results.lock());
                }
                held.state().leave();
                answered(wish, held, reply, waits, waiter, results.status());
            });
        });
    }

    private void answered(
            LockWish wish, HeldLocks held, StatusReply reply, boolean waits, LockWaiter waiter, int status) {
        if (status == Status.OK) {
            table.locked(held, wish.start(), wish.end(), wish.write());
            if (waiter == null || waiter.finish()) {
                reply.ok();
            } else {
                unlock(wish.file().node(), List.of(held), wish.start(), wish.end(), () -> {});
            }
            table.mayBeFree(wish.file().node());
        } else if (status == Status.DENIED && waits) {
            await(wish, reply, waiter);
        } else if (waiter == null || waiter.finish()) {
            LaneMount.fail(reply, status == Status.NO_ANSWER || status == Status.NONSENSE ? Status.LOCK_RANGE : status);
        }
    }

    private void await(LockWish wish, StatusReply reply, LockWaiter waiter) {
        if (waiter != null) {
            waiter.pause();
            return;
        }
        var made = new LockWaiter[1];
        made[0] = new LockWaiter(table, mount.session().lane(), wish, reply, () -> attempt(wish, reply, true, made[0]));
        table.wait(made[0]);
        if (reply.park(made[0]) == null) {
            table.waited(made[0]);
            reply.fail(Errno.ENOLCK);
        } else {
            made[0].pause();
        }
    }

    /** Gives a range up, of all that is held of it, one after the other; then goes on. */
    private void unlock(NfsNode node, List<HeldLocks> held, long start, long end, Runnable then) {
        if (held.isEmpty()) {
            then.run();
            return;
        }
        var first = held.getFirst();
        first.state().turnstile(mount.session().lane(), () -> {
            var call = mount.session().call(first.file().state().credential());
            call.putfh(node.handle());
            LockOps.unlock(call.changes(), first.state(), start, end);
            call.insist().submit((done, results) -> {
                if (results.isOk()) {
                    results.putfh();
                    first.state().known(results.unlock());
                }
                first.state().leave();
                table.unlocked(node, first.owner(), first.flock(), start, end);
                table.mayBeFree(node);
                unlock(node, held.subList(1, held.size()), start, end, then);
            });
        });
    }

    /** A process has closed a descriptor of the file: all that it has locked of it is given up. */
    void flush(OpenFile file, long owner, Runnable then) {
        unlock(file.node(), table.of(file.node(), owner, false), 0, -1, then);
    }

    /** The open file is about to be closed: what was locked through it is given up. */
    void release(OpenFile file, Runnable then) {
        unlock(file.node(), table.through(file), 0, -1, () -> {
            table.forget(file);
            then.run();
        });
    }
}
