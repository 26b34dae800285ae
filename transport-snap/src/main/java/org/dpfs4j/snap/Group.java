package org.dpfs4j.snap;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.util.Arrays;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.dpfs4j.io.Fd;
import org.dpfs4j.io.Lane;
import org.dpfs4j.io.Polled;
import org.dpfs4j.io.Polling;
import org.dpfs4j.io.Readiness;
import org.dpfs4j.io.Syscall;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.metrics.LogBudget;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A group of a provider, and the lane that owns it: requests are taken in batches between two passes over the lane's ring, and answers
 * given back in batches, once in a turn. What it works with is in native memory, allocated once.
 */
final class Group implements Polled {
    private static final Logger LOG = LoggerFactory.getLogger(Group.class);

    /** Requests taken at a time: by then a call costs next to nothing for each of them. */
    private static final int BATCH = 32;

    /** Answers that are given back at a time. */
    private static final int ANSWERS = 64;

    private static final int COMPLETION_BYTES = 16;

    /** Bytes that requests of one turn may move, and its length, looked at every few requests; then the lane's others have theirs. */
    private static final long TURN_BYTES = 1 << 20;

    private static final long TURN_NANOS = 200_000;
    private static final int REQUESTS_PER_LOOK = 8;

    /** How often functions are looked at that are there for show. */
    private static final long MOCK_MILLIS = 10;

    private static final int EINTR = 4;
    private static final int EAGAIN = 11;
    private static final int ENODEV = 19;
    private static final int F_DUPFD_CLOEXEC = 1030;

    private final OpenProvider provider;
    private final int number;
    private final Lane lane;
    private final Idle idle;
    private final boolean mock;
    private final IntConsumer whenBroken;
    private final LogBudget log = new LogBudget();
    private final SnapQueueChannel[][] queues;

    /** By device: that of the last request. */
    private final int[] generations;

    private final Polling polling;
    private final long requests = Memory.allocate((long) BATCH * SnapExchange.REQUEST_BYTES);
    private final long answers = Memory.allocate((long) ANSWERS * COMPLETION_BYTES);
    private int taken;
    private int given;
    private int answerCount;
    private SnapQueueChannel[] reading = new SnapQueueChannel[8];
    private int readingCount;
    private boolean turning;
    private boolean attached;
    private boolean broken;
    private Fd descriptor;
    private Readiness readiness;
    private Future<?> looking;

    /**
     * Group {@code number}, not attached yet.
     *
     * @param devices of the provider
     * @param mock whether all its devices are
     * @param whenBroken is told, on the lane, with which error the provider does not give any more requests
     */
    Group(OpenProvider provider, int number, Lane lane, Idle idle, boolean mock, int devices, IntConsumer whenBroken) {
        this.provider = provider;
        this.number = number;
        this.lane = lane;
        this.idle = idle;
        this.mock = mock;
        this.whenBroken = whenBroken;
        queues = new SnapQueueChannel[devices][];
        generations = new int[devices];
        polling = idle == Idle.WAIT || mock ? lane.waiting(this) : lane.polling(this);
    }

    Lane lane() {
        return lane;
    }

    int number() {
        return number;
    }

    /** A device of the group, and its queues by their index; before {@link #attach}. */
    void add(int device, SnapQueueChannel[] itsQueues) {
        queues[device] = itsQueues;
    }

    /** Makes the lane the owner, pinned to a processor unless that is -1; on the lane. Returns what the provider says. */
    int attach(int cpu) {
        var result = provider.attach(number, cpu);
        attached = result >= 0;
        return result;
    }

    /** Begins to take requests; on the lane. */
    void begin() {
        var number = mock || idle == Idle.SPIN ? -1 : provider.waitDescriptor(this.number);
        if (number >= 0) {
            // It is the provider's, which closes it: a duplicate lives as long as something of ours waits for it.
            descriptor = new Fd((int) lane.syscalls().call(Syscall.FCNTL, number, F_DUPFD_CLOEXEC, 0));
            readiness = lane.readiness(descriptor, polling::look);
        } else if (mock) {
            looking = lane.eventLoop()
                    .scheduleWithFixedDelay(polling::look, MOCK_MILLIS, MOCK_MILLIS, TimeUnit.MILLISECONDS);
        } else if (idle != Idle.SPIN) {
            LOG.info("group {} of {} can only be polled: its lane never sleeps", this.number, provider);
        }
        polling.serving(!mock);
        polling.look();
    }

    /** Takes requests and gives them out, up to a limit. */
    @Override
    public boolean poll() {
        if (given == taken && !take()) {
            return false;
        }
        if (isHeldUp()) {
            return false;
        }
        turning = true;
        try {
            giveOut();
            while (readingCount > 0) {
                reading[--readingCount].readComplete();
            }
        } finally {
            turning = false;
        }
        flush();
        return true;
    }

    private boolean take() {
        given = 0;
        taken = 0;
        if (!attached || broken) {
            return false;
        }
        var result = provider.pollIo(number, requests, BATCH);
        if (result < 0 && result != -EAGAIN && result != -EINTR) {
            fail(result);
        }
        taken = Math.clamp(result, 0, BATCH);
        return taken > 0;
    }

    private void giveOut() {
        var began = System.nanoTime();
        var bytes = 0L;
        while (given < taken && bytes < TURN_BYTES && !isHeldUp()) {
            bytes += give(at(given++));
            if (given % REQUESTS_PER_LOOK == 0 && System.nanoTime() - began > TURN_NANOS) {
                return;
            }
        }
    }

    /**
     * Whether the next request's queue has as many under way as it may, or those of an older generation: it waits here, and those
     * behind it, until one of them ends.
     */
    private boolean isHeldUp() {
        var request = at(given);
        var queue = queueOf(request);
        return queue != null && queue.mustWait(request);
    }

    private long at(int index) {
        return requests + (long) index * SnapExchange.REQUEST_BYTES;
    }

    private SnapQueueChannel queueOf(long request) {
        var device = SnapExchange.device(request);
        var queue = SnapExchange.queue(request);
        return device < queues.length && queues[device] != null && queue < queues[device].length
                ? queues[device][queue]
                : null;
    }

    private long give(long request) {
        var queue = queueOf(request);
        if (queue != null) {
            generations[SnapExchange.device(request)] = SnapExchange.generation(request);
            return queue.receive(request);
        }
        if (log.take()) {
            LOG.error(
                    "group {} of {} gives a request of queue {} of device {}, which there is not",
                    number,
                    provider,
                    SnapExchange.queue(request),
                    SnapExchange.device(request));
        }
        answer(SnapExchange.cookie(request), 0, -ENODEV);
        return 0;
    }

    /** The generation of a device's last request; on the lane. */
    int generationOf(int device) {
        return generations[device];
    }

    /** A queue ends: requests that wait here for their turn in it are refused by it now, unless they wait for its end. */
    void withdraw(SnapQueueChannel queue) {
        var kept = given;
        for (int i = given; i < taken; i++) {
            var request = at(i);
            if (queueOf(request) == queue && !queue.mustWait(request)) {
                queue.receive(request);
            } else {
                if (kept < i) {
                    Memory.copy(request, at(kept), SnapExchange.REQUEST_BYTES);
                }
                kept++;
            }
        }
        taken = kept;
        flush();
        goOn();
    }

    /** A queue has room again. */
    void goOn() {
        if (given < taken) {
            polling.look();
        }
    }

    /** A queue has its first request of this turn. */
    void reading(SnapQueueChannel queue) {
        if (readingCount == reading.length) {
            reading = Arrays.copyOf(reading, 2 * readingCount);
        }
        reading[readingCount++] = queue;
    }

    /** Answers a request: with the next batch on the lane, by itself from elsewhere. */
    void answer(long cookie, int bytes, int status) {
        if (!lane.inLane()) {
            post(cookie, bytes, status);
            return;
        }
        if (!attached) {
            return; // what was waited for too long
        }
        write(answers + (long) answerCount++ * COMPLETION_BYTES, cookie, bytes, status);
        if (answerCount == ANSWERS) {
            flush();
        }
    }

    private static void write(long completion, long cookie, int bytes, int status) {
        Memory.ALL.set(JAVA_LONG, completion, cookie);
        Memory.ALL.set(JAVA_INT, completion + 8, bytes);
        Memory.ALL.set(JAVA_INT, completion + 12, status);
    }

    private void post(long cookie, int bytes, int status) {
        var completion = Memory.allocate(COMPLETION_BYTES);
        write(completion, cookie, bytes, status);
        refused(provider.post(number, completion, 1));
        Memory.free(completion);
    }

    /** Answers shall go out, at the end of the turn if there is one. */
    void answered() {
        if (!turning) {
            flush();
        }
    }

    /** Gives the answers back. */
    void flush() {
        if (answerCount > 0) {
            var count = answerCount;
            answerCount = 0;
            refused(provider.complete(number, answers, count));
        }
    }

    private void refused(int result) {
        if (result < 0 && log.take()) {
            LOG.error("group {} of {} refuses an answer: {}", number, provider, DynamicLinker.describe(-result));
        }
    }

    private void fail(int result) {
        broken = true;
        LOG.error("group {} of {} is served no longer: {}", number, provider, DynamicLinker.describe(-result));
        whenBroken.accept(-result);
    }

    @Override
    public boolean arm() {
        if (!attached || broken || mock || given < taken) {
            return false;
        }
        if (readiness == null) {
            return true;
        }
        var result = provider.arm(number);
        if (result == 0) {
            readiness.arm();
            return false;
        }
        if (result < 0 && log.take()) {
            LOG.error("group {} of {} cannot be waited for: {}", number, provider, DynamicLinker.describe(-result));
        }
        return true;
    }

    /** Ends; on the lane. Requests that are still under way are answered by nobody. */
    void close(boolean detach) {
        if (attached) {
            flush();
        }
        polling.close();
        if (looking != null) {
            looking.cancel(false);
        }
        if (readiness != null) {
            readiness.close();
            descriptor.close();
        }
        if (attached && detach) {
            var result = provider.detach(number);
            if (result < 0) {
                LOG.warn("group {} of {} is not detached: {}", number, provider, DynamicLinker.describe(-result));
            }
        }
        if (detach) {
            Memory.free(requests);
            Memory.free(answers);
        }
        attached = false;
    }

    @Override
    public String toString() {
        return "group " + number + " of " + provider;
    }
}
