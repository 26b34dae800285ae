package org.dpfs4j.vhostuser;

import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.dpfs4j.io.Fd;
import org.dpfs4j.io.Lane;
import org.dpfs4j.io.Watch;

/** Where a queue hears of new chains: a kick descriptor, or a timer when the front end gave none. On the queue's lane. */
final class Kicks {
    /** How often a ring without kick descriptor is looked at. */
    private static final long POLL_MICROS = 250;

    private final Lane lane;
    private final Runnable kicked;
    private Fd descriptor;
    private Watch watch;
    private Future<?> poller;

    Kicks(Lane lane, Runnable kicked) {
        this.lane = lane;
        this.kicked = kicked;
    }

    /** Takes over the descriptor for the next {@link #listen}; null polls. */
    void descriptor(Fd kick) {
        end();
        descriptor = kick;
    }

    void listen() {
        if (descriptor != null) {
            watch = lane.watch(descriptor, kicked);
        } else {
            poller = lane.eventLoop().scheduleWithFixedDelay(kicked, POLL_MICROS, POLL_MICROS, TimeUnit.MICROSECONDS);
        }
    }

    /** Listens no longer and closes the descriptor: a ring is started again with a new one. */
    void end() {
        if (watch != null) {
            watch.close();
            watch = null;
        }
        if (poller != null) {
            poller.cancel(false);
            poller = null;
        }
        if (descriptor != null) {
            descriptor.close();
            descriptor = null;
        }
    }
}
