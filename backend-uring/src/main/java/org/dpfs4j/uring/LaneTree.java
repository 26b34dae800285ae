package org.dpfs4j.uring;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.dpfs4j.fs.Reply;
import org.dpfs4j.fs.StatusReply;
import org.dpfs4j.io.BlockingCall;
import org.dpfs4j.io.Completion;
import org.dpfs4j.io.Fd;
import org.dpfs4j.io.Lane;
import org.dpfs4j.io.Owner;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.io.Worker;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.Extensions;
import org.dpfs4j.wire.InitFlags;
import org.dpfs4j.wire.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A device's tree on one lane, what all operations are written with: finding what a guest names and keeping it open
 * (law 3), and running steps where they belong.
 *
 * <p>A request's own memory is valid until it is answered, so that steps on workers read names where they lie.
 */
final class LaneTree {
    private static final Logger LOG = LoggerFactory.getLogger(LaneTree.class);
    private static final int NO_GROUP = -1;

    /** How often a file may vanish between two steps before that is the answer: more often than a busy machine makes it. */
    private static final int ATTEMPTS = 100;

    /** The longest pause after the first of them; later ones grow with their number. */
    private static final int PAUSE_NANOS = 1_000;

    /** Storage in units of 512 bytes that is freed on a lane at most: 1 MiB. */
    private static final long LARGE_BLOCKS = 2048;

    private static final Owner BURIAL = cause -> LOG.error("closing a file failed", cause);

    private final Tree tree;
    private final Lane lane;
    private final FileCalls calls;
    private final ReadyFiles ready;
    private final long negotiated;

    LaneTree(Tree tree, Lane lane, long negotiatedFlags) {
        this.tree = tree;
        this.lane = lane;
        calls = new FileCalls(lane.syscalls());
        ready = new ReadyFiles(lane, tree.account(), this::bury);
        negotiated = negotiatedFlags;
    }

    /** Files closed a moment ago. */
    ReadyFiles ready() {
        return ready;
    }

    /** What INIT agreed on, {@link InitFlags}. */
    long negotiated() {
        return negotiated;
    }

    /** Whether the guest may ask for "." and "..". */
    boolean exports() {
        return (negotiated & InitFlags.EXPORT_SUPPORT) != 0;
    }

    /**
     * As which group a change clears set-id bits that carries no word about it, null when they stay: those of everybody but root
     * go. A guest that names its caller in creation only (ALLOW_IDMAP) has nobody here, whom root cannot be told from.
     */
    Group clearing(Request in) {
        return in.uid() != 0 && (negotiated & InitFlags.HANDLE_KILLPRIV_V2) != 0 ? groupOf(in) : null;
    }

    Tree tree() {
        return tree;
    }

    Lane lane() {
        return lane;
    }

    /** Whether the guest keeps what is written and answers for sizes: it reads through every handle, and knows where files end. */
    boolean writesBack() {
        return (negotiated & InitFlags.WRITEBACK_CACHE) != 0;
    }

    /** The lane's own calls, for what does not wait. */
    FileCalls calls() {
        return calls;
    }

    Syscalls syscalls() {
        return lane.syscalls();
    }

    /** The node, held open until its {@code fd()} is released; or null, and the reply has failed. */
    FileNode hold(long nodeId, Reply reply) {
        var node = tree.nodes().hold(nodeId);
        return node != null ? node : reopen(nodeId, reply);
    }

    /**
     * On the lane: what a guest asks for by its node is mostly in this machine's memory still, and then this costs two
     * microseconds. It waits for a disk at worst, never for another machine: files on those keep their descriptors.
     */
    private FileNode reopen(long nodeId, Reply reply) {
        var fd = tree.nodes().reopen(calls, nodeId);
        if (fd < 0) {
            fail(reply, fd);
            return null;
        }
        var node = tree.nodes().hold(calls, nodeId, fd);
        if (node == null) {
            reply.fail(Errno.ESTALE);
        }
        return node;
    }

    /** The open file, held until its {@code fd()} is released; or null, and the reply has failed. */
    OpenFile holdFile(long handle, Reply reply) {
        if (tree.handles().get(handle) instanceof OpenFile file && file.fd().acquire()) {
            return file;
        }
        reply.fail(Errno.EBADF);
        return null;
    }

    /** As {@link #holdFile}. */
    OpenDirectory holdDirectory(long handle, Reply reply) {
        if (tree.handles().get(handle) instanceof OpenDirectory directory
                && directory.fd().acquire()) {
            return directory;
        }
        reply.fail(Errno.EBADF);
        return null;
    }

    /**
     * Fails with a call's error. The server's own limits are the whole machine's to the guest; what was cancelled was
     * interrupted.
     */
    static void fail(Reply reply, int negatedErrno) {
        var errno = Errno.of(-negatedErrno);
        reply.fail(
                switch (errno) {
                    case EMFILE -> Errno.ENFILE;
                    case ECANCELED -> Errno.EINTR;
                    default -> errno;
                });
    }

    /** Completes an operation that answers nothing but its success. */
    static void status(int result, StatusReply reply) {
        if (result < 0) {
            fail(reply, result);
        } else {
            reply.ok();
        }
    }

    /** Closes an open file for its owner: on a worker when what was written may have to reach another machine first. */
    void bury(Handle handle) {
        if (!handle.volume().local()) {
            lane.call(handle.fd(), BURIAL, worker -> close(handle.fd()), (result, owner) -> {});
            return;
        }
        // What the guest knows and has a descriptor of does not end here, however large it is.
        var node = tree.nodes().hold(handle.nodeId());
        if (node != null) {
            handle.fd().close();
            node.fd().release();
            return;
        }
        var nameless = isNameless(handle.fd());
        var large = nameless && isLarge();
        var kept = nameless && tree.nodes().keep(calls, handle.nodeId(), handle.fd());
        close(handle.fd(), large && !kept);
    }

    /**
     * Closes a descriptor for its owner: on a worker when that may be the end of a large file, whose storage takes long to
     * free.
     */
    void bury(Fd fd) {
        close(fd, isNameless(fd) && isLarge());
    }

    private boolean isNameless(Fd fd) {
        return calls.attributesAside(fd.number()) == 0 && calls.aside().linkCount() == 0;
    }

    private boolean isLarge() {
        return calls.aside().blocks() > LARGE_BLOCKS;
    }

    private void close(Fd fd, boolean elsewhere) {
        if (elsewhere) {
            lane.call(fd, BURIAL, worker -> close(fd), (result, owner) -> {});
        } else {
            fd.close();
        }
    }

    private static int close(Fd fd) {
        fd.close();
        return 0;
    }

    /** Runs a step as the server on a worker, then releases {@code held} and completes on this lane. */
    <R extends Reply> void onWorker(R reply, Fd held, Step step, Completion<R> done) {
        submit(reply, held, done, asServer(step));
    }

    /** A step as the server. */
    static BlockingCall asServer(Step step) {
        return worker -> {
            worker.identity().becomeServer();
            return step.run(new FileCalls(worker.syscalls()));
        };
    }

    /**
     * Runs a step that creates something for the caller of {@code in}, with the caller's identity: at once where the volume is
     * quick, which costs less than to go to a worker, else there; then releases {@code held} and completes on this lane. An
     * identity that cannot be had is EINVAL, a forbidden group EPERM, and nothing is created.
     */
    <R extends Reply> void asCaller(
            Request in, Extensions extensions, R reply, FileNode held, Step step, Completion<R> done) {
        asCaller(in, extensions, reply, held, step, call -> call, done);
    }

    /**
     * As above; where the step answers that its name is taken, {@code find} runs as the server in the same turn of the worker.
     * When that finds nothing, somebody removed it in between: then all begins anew, up to {@link #ATTEMPTS} times.
     */
    <R extends Reply> void asCallerOr(
            Request in,
            Extensions extensions,
            R reply,
            FileNode held,
            Step step,
            BlockingCall find,
            Completion<R> done) {
        asCaller(in, extensions, reply, held, step, make -> worker -> makeOrFind(worker, make, find), done);
    }

    private int makeOrFind(Worker worker, BlockingCall make, BlockingCall find) {
        for (int attempt = 1; ; attempt++) {
            var made = make.run(worker);
            if (made != -Errno.EEXIST.code()) {
                return made;
            }
            if (worker == lane.self()) {
                // To empty what is there may take long, and so may trying again.
                return -Errno.EAGAIN.code();
            }
            var found = find.run(worker);
            if (found != -Errno.ENOENT.code() || attempt == ATTEMPTS) {
                return found;
            }
            // Out of step with whoever makes and removes the name.
            LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(attempt * PAUSE_NANOS));
        }
    }

    private <R extends Reply> void asCaller(
            Request in,
            Extensions extensions,
            R reply,
            FileNode held,
            Step step,
            UnaryOperator<BlockingCall> around,
            Completion<R> done) {
        var access = tree.config().access();
        var sent = (negotiated & InitFlags.CREATE_SUPP_GROUP) != 0 ? (int) extensions.suppGroup() : NO_GROUP;
        var uid = access.uids().toHost(in.uid());
        var gid = access.gids().toHost(in.gid());
        var group = access.gids().toHost(sent);
        if (uid == IdMap.FORBIDDEN || gid == IdMap.FORBIDDEN || group == IdMap.FORBIDDEN) {
            held.fd().release();
            done.done(-Errno.EPERM.code(), reply);
            return;
        }
        var pace = held.volume().changes();
        BlockingCall call = around.apply(worker -> {
            var possible = worker.identity().become((int) uid, (int) gid, (int) group);
            return possible ? step.run(callsOf(worker)) : -Errno.EINVAL.code();
        });
        if (pace.quick()) {
            var start = System.nanoTime();
            var result = here(call);
            pace.since(start);
            if (result != -Errno.EAGAIN.code()) {
                held.fd().release();
                done.done(result, reply);
                return;
            }
        }
        submit(reply, held.fd(), done, measured(call, pace));
    }

    private FileCalls callsOf(Worker worker) {
        return worker == lane.self() ? calls : new FileCalls(worker.syscalls());
    }

    /** Makes a call on the lane itself, which is the server before and after. */
    private int here(BlockingCall call) {
        try {
            return call.run(lane.self());
        } finally {
            lane.self().identity().becomeServer();
        }
    }

    /** Which group a thread has that takes set-id bits away, given that of the file. */
    @FunctionalInterface
    interface Group {
        /** That of the file: a set-gid bit without the right to execute is not privilege, and stays. */
        Group ITS_OWN = fileGid -> fileGid;

        /** Any other: the caller is no member. */
        Group ANOTHER = fileGid -> fileGid == Group.OUTSIDER ? Group.OUTSIDER - 1 : Group.OUTSIDER;

        int OUTSIDER = 65534;

        int of(int fileGid);
    }

    /** The group of a caller, as far as the request says: other groups that it has are not told. Nobody is no member. */
    private Group groupOf(Request in) {
        var gid = tree.config().access().gids().toHost(in.gid());
        return fileGid -> gid == Integer.toUnsignedLong(fileGid) ? fileGid : Group.ANOTHER.of(fileGid);
    }

    /**
     * Runs a step as the server on a worker, without the right to keep set-id bits, then releases {@code held} and
     * completes on this lane.
     */
    <R extends Reply> void clearingSetIds(R reply, Fd held, Group group, Step step, Completion<R> done) {
        var number = held.number();
        submit(reply, held, done, clearingSetIds(calls -> calls.attributes(number), group, step));
    }

    /** Runs {@code step} as above, of a file that {@code look} reads the attributes of. */
    static BlockingCall clearingSetIds(Step look, Group group, Step step) {
        return worker -> {
            worker.identity().becomeServer();
            var calls = new FileCalls(worker.syscalls());
            var found = look.run(calls);
            if (found < 0) {
                return found;
            }
            var possible =
                    worker.identity().becomeClearing(group.of(calls.statx().gid()));
            return possible ? step.run(calls) : -Errno.EINVAL.code();
        };
    }

    /**
     * Runs a step that changes names or attributes: at once where the volume is quick, else on a worker; then releases
     * {@code held} and completes.
     */
    <R extends Reply> void change(R reply, Fd held, Volume volume, Step step, Completion<R> done) {
        var pace = volume.changes();
        if (pace.quick()) {
            var start = System.nanoTime();
            var result = step.run(calls);
            pace.since(start);
            held.release();
            done.done(result, reply);
            return;
        }
        onWorker(reply, held, timed(step, pace), done);
    }

    /**
     * Runs a step that only looks: at once where the volume is quick, else on a worker; then releases {@code held} and
     * completes. What the step finds lies in memory of the request's own, as it may be found on another thread.
     */
    <R extends Reply> void inquire(R reply, Fd held, Volume volume, Step step, Completion<R> done) {
        var pace = volume.metadata();
        if (pace.quick()) {
            var start = System.nanoTime();
            var result = step.run(calls);
            pace.since(start);
            held.release();
            done.done(result, reply);
        } else {
            onWorker(reply, held, timed(step, pace), done);
        }
    }

    private static BlockingCall measured(BlockingCall call, Pace pace) {
        return worker -> {
            var start = System.nanoTime();
            var result = call.run(worker);
            pace.since(start);
            return result;
        };
    }

    private static Step timed(Step step, Pace pace) {
        return calls -> {
            var start = System.nanoTime();
            var result = step.run(calls);
            pace.since(start);
            return result;
        };
    }

    private <R extends Reply> void submit(R reply, Fd held, Completion<R> done, BlockingCall call) {
        lane.call(held, reply, call, (result, owner) -> {
            held.release();
            done.done(result, owner);
        });
    }
}
