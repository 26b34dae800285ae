package org.dpfs4j.io;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A small fixed pool of platform threads for calls that may block: journal, disk, cold directories. */
public final class Workers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Workers.class);
    private static final int EIO = 5;
    private static final int ECANCELED = 125;
    private static final long END_LIMIT_NANOS = 5_000_000_000L;

    private static final Job END = new Job(cause -> {}, worker -> 0, result -> {});

    /** A queued call; two are the same only when they are one. */
    private static final class Job {
        final Owner owner;
        final BlockingCall call;
        final IntConsumer done;

        Job(Owner owner, BlockingCall call, IntConsumer done) {
            this.owner = owner;
            this.call = call;
            this.done = done;
        }
    }

    private final LinkedBlockingQueue<Job> jobs = new LinkedBlockingQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger busy = new AtomicInteger();
    private volatile boolean closed;

    Workers(int count) {
        for (int i = 0; i < count; i++) {
            threads.add(Thread.ofPlatform().daemon().name("worker-" + i).start(this::work));
        }
    }

    private void work() {
        var worker = new Worker(new Syscalls());
        try {
            for (var job = jobs.take(); job != END; job = jobs.take()) {
                busy.incrementAndGet();
                end(job, run(job, worker));
                busy.decrementAndGet();
            }
        } catch (InterruptedException e) {
            LOG.warn("{} was interrupted and ends", Thread.currentThread().getName());
        } finally {
            worker.syscalls().close();
        }
    }

    private static int run(Job job, Worker worker) {
        try {
            return job.call.run(worker);
        } catch (Throwable cause) {
            LOG.error("blocking call of {} failed", job.owner, cause);
            return -EIO;
        }
    }

    /** A call that outlasts its lane has nobody left to tell. */
    private static void end(Job job, int result) {
        try {
            job.done.accept(result);
        } catch (RejectedExecutionException e) {
            LOG.debug("{} came to its end after its lane", job.owner, e);
        }
    }

    /** How many threads there are. */
    public int count() {
        return threads.size();
    }

    /** How many threads are at a call. */
    public int busy() {
        return busy.get();
    }

    /** How many calls wait for a thread. */
    public int waiting() {
        return jobs.size();
    }

    /** Queues a call; {@code done} gets its result on the worker's thread. Once closed, that is -ECANCELED at once. */
    void submit(Owner owner, BlockingCall call, IntConsumer done) {
        var job = new Job(owner, call, done);
        jobs.add(job);
        if (closed && jobs.remove(job)) {
            end(job, -ECANCELED);
        }
    }

    /** Takes the owner's calls that have not begun out of the queue; each ends with {@code result}. */
    @SuppressWarnings("ReferenceEquality") // an owner is itself only
    void cancel(Owner owner, int result) {
        for (var job : jobs.toArray(new Job[0])) {
            if (job.owner == owner && jobs.remove(job)) {
                end(job, result);
            }
        }
    }

    /** Ends the threads after what is queued; a call that does not end within seconds is left behind. */
    @Override
    public void close() {
        closed = true;
        threads.forEach(thread -> jobs.add(END));
        var limit = System.nanoTime() + END_LIMIT_NANOS;
        for (var thread : threads) {
            try {
                thread.join(Duration.ofNanos(Math.max(0, limit - System.nanoTime())));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
