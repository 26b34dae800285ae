package org.dpfs4j.io;

import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import java.util.concurrent.Executor;
import org.dpfs4j.metrics.LogBudget;

/**
 * One event-loop thread with its ring: queues are pinned to it, and what it calls runs on it without locks. Everything
 * here but {@link #execute} and {@link #eventLoop} belongs to the lane's thread.
 */
public final class Lane implements Executor {
    private static final int EINTR = 4;

    private final int index;
    private final IoEventLoop loop;
    private final Workers workers;
    private final Line line = new Line(new Source());
    private final Syscalls syscalls = new Syscalls();
    private final Poller poller;

    /** What is watched, and where it fails, is others' to choose. */
    private final LogBudget log = new LogBudget();

    private final Ring ring;
    private final UringRing uring;
    private volatile Thread thread;
    private Worker self;

    /** Made by {@link Lanes}; the ring is registered by it. */
    Lane(int index, IoEventLoop loop, Workers workers, Poller poller, boolean ioUring) {
        this.index = index;
        this.poller = poller;
        this.loop = loop;
        this.workers = workers;
        uring = ioUring ? new UringRing(loop, poller, log) : null;
        ring = ioUring ? uring : new CallRing(this);
    }

    /** Notes the thread that is this lane. */
    void begin(Thread itself) {
        thread = itself;
        self = new Worker(syscalls);
    }

    /**
     * The lane's own thread as one that may act for somebody, for calls that do not wait. Whoever uses it makes it the server
     * again before anything else runs on the lane: what the ring does, it does as who the lane is then.
     */
    public Worker self() {
        return self;
    }

    /** The thread that is this lane. */
    public Thread thread() {
        return thread;
    }

    /** The ring to register with the loop; null on epoll. */
    UringRing uring() {
        return uring;
    }

    Workers workers() {
        return workers;
    }

    /** Which of the process's lanes, from 0. */
    public int index() {
        return index;
    }

    /** The Netty loop: channels of this lane register with it. */
    public EventLoop eventLoop() {
        return loop;
    }

    /** Whether the calling thread is this lane. */
    public boolean inLane() {
        return loop.inEventLoop();
    }

    /** The lane's asynchronous operations. */
    public Ring ring() {
        return ring;
    }

    /** The lane's inline system calls; only for what does not block. */
    public Syscalls syscalls() {
        return syscalls;
    }

    /** Runs a task on the lane, later; from any thread. */
    @Override
    public void execute(Runnable task) {
        loop.execute(task);
    }

    /**
     * Runs a call that may block on a worker, and its completion on this lane. It waits behind other calls of this lane of
     * which nobody knows what they wait for.
     */
    public <O extends Owner> void call(O owner, BlockingCall call, Completion<O> done) {
        call(line, owner, call, done);
    }

    /** As above, behind the calls of a line of its own. */
    public <O extends Owner> void call(Line behind, O owner, BlockingCall call, Completion<O> done) {
        workers.submit(behind, owner, call, result -> loop.execute(() -> complete(owner, done, result)));
    }

    /** As above, for an operation on a descriptor. */
    public <O extends Owner> void call(Fd fd, O owner, BlockingCall call, Completion<O> done) {
        call(line(fd), owner, call, done);
    }

    /** The line in which operations on a descriptor wait. */
    Line line(Fd fd) {
        return fd.line() != null ? fd.line() : line;
    }

    private static <O extends Owner> void complete(O owner, Completion<O> done, int result) {
        try {
            done.done(result, owner);
        } catch (Throwable cause) {
            owner.broken(cause);
        }
    }

    /**
     * Ends early what an owner has under way: ring operations are cancelled, calls that have not begun end with -EINTR;
     * a call that runs cannot be stopped.
     */
    public void cancel(Owner owner) {
        ring.cancel(owner);
        workers.cancel(owner, -EINTR);
    }

    /** Runs {@code signalled} on this lane each time the eventfd is signalled. */
    public Watch watch(Fd eventFd, Runnable signalled) {
        return uring != null
                ? new UringWatch(uring, eventFd, signalled)
                : new EpollWatch(loop, log, syscalls, eventFd, signalled);
    }

    /** Looks at {@code polled} each time {@link Polling#look} was called, and for a while after it had work. */
    public Polling polling(Polled polled) {
        return poller.polling(polled);
    }

    /** As above, but looks in vain never: after work it sleeps at once. */
    public Polling waiting(Polled polled) {
        return poller.waiting(polled);
    }

    /** A channel of this lane was flushed: the kernel shall hear of it before the lane looks for more work. */
    public void sent() {
        poller.sent();
    }

    /**
     * So many more answers are to come through channels of this lane; less than 0: fewer. While there are any, a lane that looks
     * for work takes what has been received every few microseconds.
     */
    public void awaits(int more) {
        poller.awaits(more);
    }

    /**
     * Waits for a descriptor that does not block: {@code ready} runs on this lane, once each time {@link Readiness#arm} was
     * called, when it can be read or has an error. Of several lanes that wait for one source, one is woken where the kernel
     * can do so; {@code ready} may find nothing.
     */
    public Readiness readiness(Fd fd, Runnable ready) {
        return uring != null ? new UringReadiness(uring, loop, fd, ready) : new EpollReadiness(loop, log, fd, ready);
    }
}
