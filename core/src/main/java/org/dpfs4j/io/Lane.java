package org.dpfs4j.io;

import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import java.util.concurrent.Executor;

/**
 * One event-loop thread with its ring: queues are pinned to it, and what it calls runs on it without locks. Everything
 * here but {@link #execute} and {@link #eventLoop} belongs to the lane's thread.
 */
public final class Lane implements Executor {
    private static final int EINTR = 4;

    private final int index;
    private final IoEventLoop loop;
    private final Workers workers;
    private final Syscalls syscalls = new Syscalls();
    private final Ring ring;
    private final UringRing uring;
    private volatile Thread thread;

    /** Made by {@link Lanes}; the ring is registered by it. */
    Lane(int index, IoEventLoop loop, Workers workers, boolean ioUring) {
        this.index = index;
        this.loop = loop;
        this.workers = workers;
        uring = ioUring ? new UringRing(loop) : null;
        ring = ioUring ? uring : new CallRing(this);
    }

    /** Notes the thread that is this lane. */
    void begin(Thread itself) {
        thread = itself;
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

    /** Runs a call that may block on a worker, and its completion on this lane. */
    public <O extends Owner> void call(O owner, BlockingCall call, Completion<O> done) {
        workers.submit(owner, call, result -> loop.execute(() -> complete(owner, done, result)));
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
                : new EpollWatch(loop, syscalls, eventFd, signalled);
    }

    /**
     * Waits for a descriptor that does not block: {@code ready} runs on this lane, once each time {@link Readiness#arm} was
     * called, when it can be read or has an error. Of several lanes that wait for one source, one is woken where the kernel
     * can do so; {@code ready} may find nothing.
     */
    public Readiness readiness(Fd fd, Runnable ready) {
        return uring != null ? new UringReadiness(uring, loop, fd, ready) : new EpollReadiness(loop, fd, ready);
    }
}
