package org.dpfs4j.load;

import java.time.Duration;
import java.util.Arrays;
import org.HdrHistogram.Histogram;
import org.dpfs4j.client.DriverQueue;
import org.dpfs4j.client.DriverRing;
import org.dpfs4j.client.VhostUserFrontEnd;
import org.dpfs4j.client.VhostUserFrontEnd.Wake;
import org.dpfs4j.io.EventFd;
import org.dpfs4j.io.Syscalls;

/**
 * A request queue's driver: keeps a number of operations in flight and takes their times. A kick for each request unless the device
 * does not want it, as Linux does. One thread at a time.
 */
final class Lane implements AutoCloseable {
    /** How long a server may leave everything unanswered. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final int LOOKS_PER_CLOCK = 256;
    private static final long LOOK_AT_CONNECTION_NANOS = 50_000_000;
    private static final int CHAINS_PER_WISH = 8192;
    private static final int DIGITS = 3;
    private static final Duration NO_TIME = Duration.ZERO;

    /**
     * How a stretch of work goes.
     *
     * @param nanos how long operations are begun
     * @param sleeping whether to wait asleep for the device's call
     * @param thinkNanos pause before each operation
     * @param counted whether operations and their times are counted
     */
    record Manner(long nanos, boolean sleeping, long thinkNanos, boolean counted) {}

    private final VhostUserFrontEnd device;
    private final Duration patience;
    private final DriverQueue queue;
    private final DriverRing ring;
    private final Syscalls syscalls = new Syscalls();
    private final Histogram latencies = new Histogram(PATIENCE.toNanos(), DIGITS);
    private final int[] slotOfId;
    private Script[] scripts = {};
    private Image[] images = {};
    private long[] begun = {};
    private long unique;
    private long operations;
    private long requests;
    private int inFlight;
    private int sinceWish;

    Lane(VhostUserFrontEnd device, DriverQueue queue) {
        this(device, queue, PATIENCE);
    }

    /** With another limit than {@link #PATIENCE}. */
    Lane(VhostUserFrontEnd device, DriverQueue queue, Duration patience) {
        this.device = device;
        this.patience = patience;
        this.queue = queue;
        ring = queue.ring();
        // Apart from those of the client that shares the first queue, and of other lanes.
        unique = (long) queue.index() << 48;
        slotOfId = new int[ring.entries()];
        Arrays.fill(slotOfId, -1);
    }

    /** The ring that images are written for. */
    DriverRing ring() {
        return ring;
    }

    /** Says what each slot asks from now on. */
    void load(Script... slots) {
        scripts = slots;
        images = new Image[slots.length];
        begun = new long[slots.length];
    }

    /** Forgets what was measured. */
    void clear() {
        latencies.reset();
        operations = 0;
        requests = 0;
    }

    /** Times of the operations since {@link #clear}, in nanoseconds. */
    Histogram latencies() {
        return latencies;
    }

    /** Operations completed since {@link #clear}. */
    long operations() {
        return operations;
    }

    /** Requests answered since {@link #clear}. */
    long requests() {
        return requests;
    }

    /** Keeps all slots busy for a while; returns when the last operation is complete. */
    void run(Manner manner) throws CaseFailure {
        ring.wantCalls(false);
        var end = System.nanoTime() + manner.nanos();
        for (int slot = 0; slot < scripts.length; slot++) {
            begin(slot, System.nanoTime());
        }
        while (inFlight > 0) {
            if (!ring.poll()) {
                await(manner.sleeping());
            }
            var slot = answered();
            if (manner.counted()) {
                requests++;
            }
            var next = scripts[slot].next(images[slot]);
            if (next != null) {
                send(slot, next);
                continue;
            }
            inFlight--;
            complete(slot, manner, end);
        }
    }

    /** Begins the next operation first: the server is not to wait while times are written down. */
    private void complete(int slot, Manner manner, long end) throws CaseFailure {
        var now = System.nanoTime();
        var nanos = now - begun[slot];
        if (now - end < 0) {
            begin(slot, manner.thinkNanos() == 0 ? now : think(now + manner.thinkNanos()));
        }
        if (manner.counted()) {
            latencies.recordValue(Math.min(nanos, latencies.getHighestTrackableValue()));
            operations++;
        }
    }

    private void begin(int slot, long now) throws CaseFailure {
        var first = scripts[slot].begin();
        if (first != null) {
            begun[slot] = now;
            inFlight++;
            send(slot, first);
        }
    }

    private static long think(long until) {
        var now = System.nanoTime();
        while (now - until < 0) {
            Thread.onSpinWait();
            now = System.nanoTime();
        }
        return now;
    }

    private void send(int slot, Image image) {
        images[slot] = image;
        unique += 2;
        slotOfId[image.offer(ring, unique)] = slot;
        if (ring.wantsKick()) {
            EventFd.signal(syscalls, queue.kick());
        }
        if (++sinceWish == CHAINS_PER_WISH) {
            // The index at which a call would come moves on before the used index has come round to it.
            sinceWish = 0;
            ring.wantCalls(false);
        }
    }

    /** The slot whose request has come back, its answer checked. */
    private int answered() throws CaseFailure {
        var id = ring.usedId();
        var slot = id >= 0 && id < slotOfId.length ? slotOfId[id] : -1;
        if (slot < 0) {
            throw new CaseFailure("the server gave back chain " + id + ", which it does not have");
        }
        slotOfId[id] = -1;
        images[slot].check(ring.usedLength());
        return slot;
    }

    /** Sends one request and waits for its answer; nothing else is in flight. */
    void once(Image image) throws CaseFailure {
        if (images.length == 0) {
            throw new IllegalStateException("nothing is loaded");
        }
        send(0, image);
        if (!ring.poll()) {
            await(false);
        }
        answered();
    }

    /** Waits until a used chain has been taken. */
    private void await(boolean sleeping) throws CaseFailure {
        if (sleeping) {
            sleep();
        } else {
            spin();
        }
    }

    private void spin() throws CaseFailure {
        long since = 0;
        long looked = 0;
        while (true) {
            for (int i = 0; i < LOOKS_PER_CLOCK; i++) {
                if (ring.poll()) {
                    return;
                }
                Thread.onSpinWait();
            }
            var now = System.nanoTime();
            if (since == 0) {
                since = now;
                looked = now;
            } else if (now - looked > LOOK_AT_CONNECTION_NANOS) {
                looked = now;
                if (device.awaitCall(syscalls, queue.call(), NO_TIME) == Wake.HUNG_UP) {
                    lastLook();
                    return;
                }
                endIfLate(now - since);
            }
        }
    }

    private void sleep() throws CaseFailure {
        var since = System.nanoTime();
        while (true) {
            ring.wantCalls(true);
            if (ring.poll()) {
                return;
            }
            switch (device.awaitCall(syscalls, queue.call(), patience)) {
                case CALLED -> {
                    // Whether it was an old call, the ring says.
                }
                case NOTHING -> endIfLate(System.nanoTime() - since);
                case HUNG_UP -> {
                    lastLook();
                    return;
                }
            }
        }
    }

    private void lastLook() throws CaseFailure {
        if (!ring.poll()) {
            throw new CaseFailure("the server has closed the connection with " + pending() + " not answered");
        }
    }

    private void endIfLate(long waitedNanos) throws CaseFailure {
        if (waitedNanos >= patience.toNanos()) {
            throw new CaseFailure("the server has answered nothing for " + patience.toMillis() + " ms, with "
                    + pending() + " in flight");
        }
    }

    private String pending() {
        for (int id = 0; id < slotOfId.length; id++) {
            if (slotOfId[id] >= 0) {
                return images[slotOfId[id]] + " and " + (ring.inFlight() - 1) + " more";
            }
        }
        return "nothing";
    }

    @Override
    public void close() {
        syscalls.close();
    }
}
