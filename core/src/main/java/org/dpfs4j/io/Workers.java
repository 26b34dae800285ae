package org.dpfs4j.io;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.dpfs4j.metrics.LogBudget;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Platform threads for calls that may block: journal, disk, cold directories, other machines. A few, as long as calls end;
 * while those that all threads are at do not, more are started, so that whoever waits for something else goes on. Longer than
 * other files; why: all that is done under the one lock is to be seen together.
 */
public final class Workers implements AutoCloseable {
    /** Threads that are always there: more than calls of one source have. */
    static final int THREADS = Source.THREADS_MAX + 2;

    /** Threads at most, when many sources do not answer. */
    static final int THREADS_MAX = 64;

    private static final Logger LOG = LoggerFactory.getLogger(Workers.class);
    private static final int EIO = 5;
    private static final int ECANCELED = 125;
    private static final long END_LIMIT_NANOS = 5_000_000_000L;

    /** How long no call may begin though one could, before there is another thread. */
    private static final long STUCK_NANOS = 10_000_000;

    /** How long a thread that is one too many waits for calls. */
    private static final long IDLE_NANOS = 10_000_000_000L;

    private final LogBudget log = new LogBudget();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition backlog = lock.newCondition();

    // Under the lock.
    private final Turns turns = new Turns();
    private final List<Thread> threads = new ArrayList<>();

    /** What threads without a call wait for; who had one last gets the next, as all of it is at hand there still. */
    private final ArrayDeque<Condition> idle = new ArrayDeque<>();

    private int named;
    private int busy;
    private long begun;
    private boolean watching;
    private boolean closed;

    Workers() {
        while (count() < THREADS) {
            start();
        }
        Thread.ofPlatform().daemon().name("worker-watch").start(this::watch);
    }

    /** Starts a thread, named after how many there have been. */
    private void start() {
        var thread = locked(() -> {
            var fresh = Thread.ofPlatform().daemon().name("worker-" + named++).unstarted(this::work);
            threads.add(fresh);
            return fresh;
        });
        try {
            thread.start();
        } catch (OutOfMemoryError e) {
            locked(() -> threads.remove(thread));
            throw e;
        }
    }

    private <T> T locked(Supplier<T> task) {
        lock.lock();
        try {
            return task.get();
        } finally {
            lock.unlock();
        }
    }

    private void work() {
        var worker = new Worker(new Syscalls());
        var awake = lock.newCondition();
        try {
            for (var call = next(null, awake); call != null; call = next(call, awake)) {
                end(call, run(call, worker));
            }
        } finally {
            worker.syscalls().close();
        }
    }

    /** The next call; null when this thread is to end. */
    private Call next(Call ended, Condition awake) {
        lock.lock();
        try {
            if (ended != null) {
                busy--;
                turns.ended(ended);
            }
            for (var spare = false; ; spare = !awaitCall(awake)) {
                var call = turns.take();
                if (call != null) {
                    begins();
                    return call;
                }
                if ((closed && turns.waiting() == 0) || (spare && threads.size() > THREADS)) {
                    leaves();
                    return null;
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void begins() {
        busy++;
        begun++;
        wake();
    }

    private void leaves() {
        threads.remove(Thread.currentThread());
        if (closed) {
            idle.forEach(Condition::signal);
        }
    }

    /** False when none came for long. */
    @SuppressWarnings("WaitNotInLoop") // the loop is the caller's
    private boolean awaitCall(Condition awake) {
        idle.push(awake);
        try {
            return awake.await(IDLE_NANOS, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            LOG.debug(
                    "{} was interrupted, which means nothing to it",
                    Thread.currentThread().getName(),
                    e);
            return true;
        } finally {
            idle.remove(awake);
        }
    }

    /** Wakes a thread for a call that may begin; when all are busy, somebody watches whether they come to an end. */
    private void wake() {
        if (!turns.isReady()) {
            return;
        }
        var awake = idle.poll();
        if (awake != null) {
            awake.signal();
        } else if (!watching) {
            watching = true;
            backlog.signal();
        }
    }

    private void watch() {
        while (awaitNeed()) {
            try {
                start();
            } catch (OutOfMemoryError e) {
                if (log.take()) {
                    LOG.error("another worker cannot be started", e);
                }
            }
        }
    }

    /** Waits until another thread is needed; false when this is closed. */
    private boolean awaitNeed() {
        lock.lock();
        try {
            while (!closed) {
                var before = begun;
                watching = idle.isEmpty() && turns.isReady();
                if (!watching) {
                    backlog.awaitUninterruptibly();
                    continue;
                }
                var left = backlog.awaitNanos(STUCK_NANOS);
                var stuck = left <= 0 && begun == before && idle.isEmpty() && turns.isReady();
                if (stuck && threads.size() < THREADS_MAX && !closed) {
                    return true;
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("nobody interrupts the watch over workers", e);
        } finally {
            lock.unlock();
        }
        return false;
    }

    private int run(Call call, Worker worker) {
        try {
            return call.step.run(worker);
        } catch (Throwable cause) {
            if (log.take()) {
                LOG.error("blocking call of {} failed", call.owner, cause);
            }
            return -EIO;
        }
    }

    /** A call that outlasts its lane has nobody left to tell. */
    private static void end(Call call, int result) {
        try {
            call.done.accept(result);
        } catch (RejectedExecutionException e) {
            LOG.debug("{} came to its end after its lane", call.owner, e);
        }
    }

    /** How many threads there are. */
    public int count() {
        return locked(threads::size);
    }

    /** How many threads are at a call. */
    public int busy() {
        return locked(() -> busy);
    }

    /** How many calls wait for a thread. */
    public int waiting() {
        return locked(turns::waiting);
    }

    /** Queues a call; {@code done} gets its result on the worker's thread. Once closed, that is -ECANCELED at once. */
    void submit(Line line, Owner owner, BlockingCall step, IntConsumer done) {
        var call = new Call(line, owner, step, done);
        if (!add(call)) {
            end(call, -ECANCELED);
        }
    }

    private boolean add(Call call) {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            // Who was woken for another call wakes one for this.
            var others = turns.isReady();
            turns.add(call);
            if (!others) {
                wake();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Takes the owner's calls that have not begun out of their lines; each ends with {@code result}. */
    void cancel(Owner owner, int result) {
        for (var call = remove(owner); call != null; call = remove(owner)) {
            end(call, result);
        }
    }

    private Call remove(Owner owner) {
        return locked(() -> {
            if (closed) {
                idle.forEach(Condition::signal);
            }
            return turns.remove(owner);
        });
    }

    /** Ends the threads after what waits; a call that does not end within seconds is left behind. */
    @Override
    public void close() {
        var limit = System.nanoTime() + END_LIMIT_NANOS;
        for (var thread : end()) {
            try {
                thread.join(Duration.ofNanos(Math.max(0, limit - System.nanoTime())));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private List<Thread> end() {
        return locked(() -> {
            closed = true;
            idle.forEach(Condition::signal);
            backlog.signal();
            return List.copyOf(threads);
        });
    }
}
