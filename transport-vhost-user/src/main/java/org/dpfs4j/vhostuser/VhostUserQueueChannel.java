package org.dpfs4j.vhostuser;

import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.dpfs4j.io.EventFd;
import org.dpfs4j.io.Fd;
import org.dpfs4j.io.Lane;
import org.dpfs4j.io.Polled;
import org.dpfs4j.io.Polling;
import org.dpfs4j.metrics.Counter;
import org.dpfs4j.metrics.Counters;
import org.dpfs4j.metrics.LogBudget;
import org.dpfs4j.transport.Exchange;
import org.dpfs4j.transport.QueueChannel;
import org.dpfs4j.transport.QueueEvent;
import org.dpfs4j.transport.QueueState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A virtqueue of a vhost-user device. Requests are popped when the ring is started and enabled; they are pushed as long
 * as it is started. The device's control thread changes its state by tasks on its lane. Longer than other files; why: what a
 * turn does with the ring is right or wrong in each of the ring's states, and those change here.
 */
public final class VhostUserQueueChannel extends QueueChannel implements Polled {
    private static final Logger LOG = LoggerFactory.getLogger(VhostUserQueueChannel.class);

    /** Chains popped in one turn, and bytes in them; afterwards the lane's other queues have theirs, hiprio among them. */
    private static final int TURN = 64;

    private static final long TURN_BYTES = 1 << 20;

    /** A turn that has taken longer is over, too; the clock is looked at every few chains. */
    private static final long TURN_NANOS = 200_000;

    private static final int CHAINS_PER_LOOK = 4;

    /**
     * Time for each chain up to which a driver hears of the first ones before the turn ends: while it wakes up, the
     * others are served. Its waking takes as long as a few quick requests, and costs the lane as much as one slow one.
     */
    private static final long QUICK_NANOS = 5_000;

    /** Faults without a truncated file that a queue survives. */
    private static final int UNEXPLAINED_FAULTS = 3;

    private final String address;
    private final Duration stopLimit;
    private final GuestFiles files;
    private final Counters counters;
    private final Exchanges exchanges = new Exchanges();
    private final Polling polling;
    private final Kicks kicks;

    /** The device's: a guest breaks its queues and has them started again as it likes. */
    private final LogBudget log;

    private VirtRing ring;
    private Chain chain;
    private int entries;
    private MemoryHold hold;

    /** Popped, and not yet shown to the pipeline. */
    private VhostUserExchange entering;

    /** The chain was taken from the ring, and neither shown to the pipeline nor given back. */
    private boolean taken;

    private boolean enabled;
    private boolean draining;
    private boolean broken;
    private boolean unsignalled;

    /** The driver was asked to kick. */
    private boolean armed = true;

    private int turnChains;
    private long turnBytes;
    private long turnBegan;
    private int faults;

    private Fd call;

    private CompletableFuture<Integer> stopping;
    private boolean discarding;
    private Future<?> stopTimer;
    private CompletableFuture<Void> drained;

    /** Queue {@code queueIndex} of the device at {@code address}. */
    VhostUserQueueChannel(
            Lane lane,
            int queueIndex,
            String address,
            Duration stopLimit,
            GuestFiles files,
            Counters counters,
            LogBudget log) {
        super(lane, queueIndex);
        this.address = address;
        this.stopLimit = stopLimit;
        this.files = files;
        this.counters = counters;
        this.log = log;
        polling = lane.polling(this);
        kicks = new Kicks(lane, polling::look);
    }

    /** Starts the ring at {@code base}; takes over one use of {@code memory}. */
    void start(RingLayout layout, GuestMemory memory, long features, int base) {
        hold = new MemoryHold(memory, lane().syscalls());
        broken = false;
        discarding = false;
        faults = 0;
        entries = layout.entries();
        exchanges.size(entries);
        chain = new Chain(entries);
        try {
            ring = VirtRing.of(layout, features, base);
        } catch (InternalError e) {
            memoryFault(e);
            hold.replace();
            return;
        }
        kicks.listen();
        serve();
    }

    /** Its state has changed: begins to look for chains where it pops. */
    private void serve() {
        polling.serving(queueIndex() > 0 && isPopping());
        polling.look();
    }

    /**
     * Uses another memory map from now on; requests in flight stay with theirs. Takes over one use of it.
     *
     * @param layout where the ring is in it; null when it is not there, which stops the queue
     */
    void move(GuestMemory memory, RingLayout layout) {
        if (ring == null) {
            memory.release(lane().syscalls());
            return;
        }
        hold.replace();
        hold = new MemoryHold(memory, lane().syscalls());
        if (layout == null) {
            breakQueue("its ring is not in the new memory table");
        } else {
            ring.move(layout);
            serve();
        }
    }

    /** Begins or ends to pop. */
    void enable(boolean on) {
        enabled = on;
        serve();
    }

    /** Waits for another descriptor from now on; null polls instead. */
    void kick(Fd descriptor) {
        kicks.descriptor(descriptor);
        if (ring != null) {
            kicks.listen();
            serve();
        }
    }

    /** Signals another descriptor from now on, and at once: what the old one was told may be lost. Null for none. */
    void call(Fd newCall) {
        if (call != null) {
            call.close();
        }
        call = newCall;
        if (ring != null && call != null) {
            EventFd.signal(lane().syscalls(), call);
        }
    }

    private boolean isPopping() {
        return ring != null && enabled && !draining && !broken && stopping == null;
    }

    /** Read from another thread, the fields are as they were a moment ago. */
    @Override
    public QueueState state() {
        if (broken) {
            return QueueState.BROKEN;
        }
        if (stopping != null) {
            return QueueState.STOPPING;
        }
        return isPopping() ? QueueState.RUNNING : QueueState.STOPPED;
    }

    /** Pops what is available, up to a limit. */
    @Override
    public boolean poll() {
        try {
            return pop();
        } catch (InternalError e) {
            // It need not be this guest's memory: nothing may be left half done.
            leave();
            giveBackTaken();
            pipeline().fireChannelReadComplete();
            memoryFault(e);
            return true;
        }
    }

    @Override
    public boolean arm() {
        if (!isPopping()) {
            return false;
        }
        try {
            armed = true;
            return ring.enableKicks();
        } catch (InternalError e) {
            // Nobody may have been asked to kick: the next look finds out whether it goes on.
            memoryFault(e);
            return true;
        }
    }

    /** A chain that was taken, and whose request has not begun, comes back empty. */
    private void giveBackTaken() {
        if (!taken) {
            return;
        }
        taken = false;
        try {
            ring.push(chain.id, chain.slots, 0);
            unsignalled = true;
        } catch (InternalError e) {
            LOG.debug("{} queue {}: its ring has a fault, too", address, queueIndex(), e);
        }
    }

    private boolean pop() {
        turnChains = 0;
        turnBytes = 0;
        popAvailable();
        if (turnChains == 0) {
            return false;
        }
        pipeline().fireChannelReadComplete();
        notifyDriver();
        return true;
    }

    /** The first chain of a turn: as long as there are turns, no kick is needed. */
    private void begin() {
        turnBegan = System.nanoTime();
        if (armed) {
            armed = false;
            ring.disableKicks();
        }
    }

    private boolean isTurnOver() {
        return turnChains >= TURN || turnBytes >= TURN_BYTES;
    }

    /** Pops chains until there are none, or the turn is over. */
    private void popAvailable() {
        while (!isTurnOver()) {
            var found = isPopping() ? ring.take(chain, hold.memory()) : VirtRing.Taken.EMPTY;
            if (found == VirtRing.Taken.BROKEN) {
                breakQueue("its available index is beyond the ring");
            }
            if (found != VirtRing.Taken.CHAIN) {
                return;
            }
            taken = true;
            if (turnChains++ == 0) {
                begin();
            }
            if (translate()) {
                var exchange = entering;
                entering = null;
                taken = false;
                turnBytes += exchange.request().sizeBytes() + exchange.reply().sizeBytes();
                pipeline().fireChannelRead(exchange);
            } else {
                giveBackInvalid();
            }
            if (turnChains % CHAINS_PER_LOOK == 0) {
                lookAtClock();
            }
        }
    }

    private void lookAtClock() {
        var nanos = System.nanoTime() - turnBegan;
        if (nanos < turnChains * QUICK_NANOS) {
            notifyDriver();
        }
        if (nanos > TURN_NANOS) {
            turnChains = TURN;
        }
    }

    /** Makes the chain the exchange {@link #entering}; false when it is invalid. */
    private boolean translate() {
        if (!chain.valid || chain.id >= entries || exchanges.isInFlight(chain.id)) {
            return false;
        }
        entering = exchanges.begin(chain.id, chain.slots, hold);
        if (chain.fill(hold.memory(), entering)) {
            return true;
        }
        leave();
        return false;
    }

    private void leave() {
        if (entering != null) {
            exchanges.end(entering);
            entering = null;
        }
    }

    private void giveBackInvalid() {
        if (counters.value(Counter.CHAINS_INVALID) == 0 && log.take()) {
            LOG.warn("{} queue {}: invalid descriptor chain; they are only counted from now on", address, queueIndex());
        }
        counters.count(Counter.CHAINS_INVALID);
        taken = false;
        ring.push(chain.id, chain.slots, 0);
        unsignalled = true;
    }

    private void breakQueue(String why) {
        breakOff();
        counters.count(Counter.QUEUES_BROKEN);
        if (log.take()) {
            LOG.warn("{} queue {} stops until it is started again: {}", address, queueIndex(), why);
        }
    }

    @Override
    public int ringEntries() {
        return entries;
    }

    /** An exchange that is given back after its ring was stopped changes nothing there. */
    @Override
    public void push(Exchange given, long writtenBytes) {
        var exchange = (VhostUserExchange) given;
        if (!exchange.inFlight()) {
            throw new IllegalStateException(
                    "exchange " + exchange.index() + " of queue " + queueIndex() + " pushed twice");
        }
        var usedBytes = Math.min(writtenBytes, exchange.reply().sizeBytes());
        var slots = exchange.slots();
        var orphan = exchange.isOrphan();
        exchanges.end(exchange);
        if (orphan) {
            return;
        }
        if (ring != null && !broken && !discarding) {
            try {
                ring.push(exchange.index(), slots, usedBytes);
                unsignalled = true;
            } catch (InternalError e) {
                memoryFault(e);
            }
        }
        if (exchanges.inFlight() == 0) {
            idle();
        }
    }

    private void idle() {
        if (stopping != null) {
            stopped();
        }
        if (drained != null) {
            notifyDriver();
            drained.complete(null);
        }
    }

    @Override
    public void notifyDriver() {
        if (!unsignalled || ring == null || broken || discarding) {
            return;
        }
        unsignalled = false;
        try {
            if (ring.wantsNotification() && call != null) {
                EventFd.signal(lane().syscalls(), call);
            }
        } catch (InternalError e) {
            memoryFault(e);
        }
    }

    /**
     * Stops the ring and completes with the place to go on at: when what is in flight was given back, or has been given
     * up.
     *
     * @param discard whether results are not shown to the driver any more
     */
    CompletableFuture<Integer> stop(boolean discard) {
        discarding |= discard;
        if (ring == null) {
            kicks.end();
            return CompletableFuture.completedFuture(0);
        }
        if (stopping != null) {
            return stopping;
        }
        var done = new CompletableFuture<Integer>();
        stopping = done;
        polling.serving(false);
        kicks.end();
        if (exchanges.inFlight() == 0) {
            stopped();
            return done;
        }
        pipeline().fireUserEventTriggered(QueueEvent.CANCEL_IN_FLIGHT);
        if (stopping != null) {
            stopTimer = lane().eventLoop().schedule(this::giveUp, stopLimit.toNanos(), TimeUnit.NANOSECONDS);
        }
        return done;
    }

    private void giveUp() {
        var count = exchanges.orphan();
        for (int i = 0; i < count; i++) {
            counters.count(Counter.EXCHANGES_ORPHANED);
        }
        if (log.take()) {
            LOG.warn("{} queue {} stops without waiting longer for {} requests", address, queueIndex(), count);
        }
        idle();
    }

    private void stopped() {
        if (stopTimer != null) {
            stopTimer.cancel(false);
            stopTimer = null;
        }
        notifyDriver();
        var base = ring.base();
        end();
        var done = stopping;
        stopping = null;
        done.complete(base);
    }

    private void end() {
        ring = null;
        hold.replace();
        hold = null;
    }

    /** Stops popping for good; completes when nothing is in flight. */
    CompletableFuture<Void> drain() {
        draining = true;
        polling.serving(false);
        if (drained == null) {
            drained = new CompletableFuture<>();
        }
        if (exchanges.inFlight() == 0) {
            drained.complete(null);
        }
        return drained;
    }

    @Override
    public void memoryFault(InternalError cause) {
        counters.count(Counter.MEMORY_FAULTS);
        var explained = files.check(lane().syscalls());
        if (broken || ring == null) {
            return;
        }
        if (!explained) {
            faults++;
        }
        if (!explained && faults == 1 && log.take()) {
            LOG.warn("{} queue {}: fault in memory, and no memory file is too short", address, queueIndex(), cause);
        }
        if (faults > UNEXPLAINED_FAULTS) {
            breakQueue("its memory faults");
        } else {
            // The fault may have been another device's, heard of late: this one goes on. Its own end comes first.
            serve();
        }
    }

    /** The device's memory was truncated: nothing of it is touched again. */
    void breakOff() {
        broken = true;
        polling.serving(false);
    }

    @Override
    protected void closed() {
        polling.close();
        kicks.end();
        call(null);
        discarding = true;
        exchanges.close();
        idle();
        if (ring != null) {
            end();
        }
    }
}
