package org.dpfs4j.snap;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.dpfs4j.io.Lane;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.metrics.LogBudget;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a provider for events, now and then: on a lane, or on a thread of its own where asking may take a second. The devices do what
 * is to be done elsewhere, so that it always goes on.
 */
final class Control {
    private static final Logger LOG = LoggerFactory.getLogger(Control.class);

    /** Bytes of {@code struct vfsp_evt}. */
    private static final int EVENT_BYTES = 32;

    private static final int EVENTS = 16;
    private static final Duration END_LIMIT = Duration.ofSeconds(3);

    private final OpenProvider provider;
    private final List<SnapDevice> devices;
    private final Duration interval;
    private final LogBudget log = new LogBudget();
    private final long events = Memory.allocate((long) EVENTS * EVENT_BYTES);
    private Lane lane;
    private Future<?> turns;
    private Thread thread;
    private volatile boolean over;

    Control(OpenProvider provider, List<SnapDevice> devices, Duration interval) {
        this.provider = provider;
        this.devices = devices;
        this.interval = interval;
    }

    /** Begins, on a thread of its own. */
    void begin() {
        thread = Thread.ofPlatform().daemon().name("control " + provider).start(this::run);
    }

    /** Begins, on a lane. */
    void begin(Lane on) {
        lane = on;
        turns = on.eventLoop().scheduleWithFixedDelay(this::turn, 0, interval.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void run() {
        while (!over) {
            turn();
            LockSupport.parkNanos(interval.toNanos());
        }
    }

    private void turn() {
        var count = EVENTS;
        while (count == EVENTS && !over) {
            count = provider.pollControl(events, EVENTS);
            if (count < 0 && log.take()) {
                LOG.error("{} gives no events: {}", provider, DynamicLinker.describe(-count));
            }
            for (int i = 0; i < count; i++) {
                tell(events + (long) i * EVENT_BYTES);
            }
        }
    }

    private void tell(long event) {
        var device = Short.toUnsignedInt(Memory.ALL.get(JAVA_SHORT, event + 4));
        var type = Memory.ALL.get(JAVA_INT, event);
        if (device >= devices.size()) {
            if (log.take()) {
                LOG.warn("{}: event {} of device {}, which there is not", provider, type, device);
            }
            return;
        }
        try {
            devices.get(device)
                    .event(
                            type,
                            Memory.ALL.get(JAVA_INT, event + 8),
                            Memory.ALL.get(JAVA_INT, event + 12),
                            Memory.ALL.get(JAVA_LONG, event + 16),
                            Memory.ALL.get(JAVA_LONG, event + 24));
        } catch (RuntimeException e) {
            LOG.error("{}: event {} of device {}", provider, type, device, e);
        }
    }

    /** Asks no more; false when it does not come back from asking. */
    boolean end() {
        over = true;
        try {
            if (thread != null) {
                LockSupport.unpark(thread);
                return thread.join(END_LIMIT);
            }
            // On the lane, so that no turn is under way afterwards.
            return turns == null
                    || lane.eventLoop().submit(() -> turns.cancel(false)).awaitUninterruptibly(END_LIMIT.toMillis());
        } catch (RejectedExecutionException _) {
            return true; // with its lane, the turns have ended
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
