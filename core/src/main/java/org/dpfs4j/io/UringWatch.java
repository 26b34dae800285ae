package org.dpfs4j.io;

import org.dpfs4j.memory.Memory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An eventfd watched by one READ that is always armed; where the kernel does not wait in READ, by polling first. */
final class UringWatch implements Watch, Owner {
    private static final Logger LOG = LoggerFactory.getLogger(UringWatch.class);
    private static final int COUNTER_BYTES = 8;
    private static final int EAGAIN = 11;
    private static final int EINTR = 4;

    private final UringRing ring;
    private final Fd eventFd;
    private final Runnable signalled;
    private final long counter = Memory.allocate(COUNTER_BYTES);
    private boolean armed;
    private boolean closed;

    UringWatch(UringRing ring, Fd eventFd, Runnable signalled) {
        this.ring = ring;
        this.eventFd = eventFd;
        this.signalled = signalled;
        arm();
    }

    private void arm() {
        armed = true;
        ring.read(this, eventFd, counter, COUNTER_BYTES, UringWatch::read);
    }

    private static void read(int result, UringWatch watch) {
        watch.armed = false;
        watch.ring.waited();
        if (watch.closed) {
            watch.free();
        } else if (result == COUNTER_BYTES) {
            watch.arm();
            watch.signalled.run();
        } else if (result == -EAGAIN) {
            watch.armed = true;
            watch.ring.pollReadable(watch, watch.eventFd, UringWatch::readable);
        } else if (result == -EINTR) {
            watch.arm();
        } else {
            if (watch.ring.log().take()) {
                LOG.warn("{} cannot be watched: errno {}", watch.eventFd, -result);
            }
        }
    }

    private static void readable(int result, UringWatch watch) {
        watch.armed = false;
        watch.ring.waited();
        if (watch.closed) {
            watch.free();
        } else {
            watch.arm();
        }
    }

    @Override
    public void broken(Throwable cause) {
        if (ring.log().take()) {
            LOG.error("what {} signals failed", eventFd, cause);
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (armed) {
            ring.cancel(this);
        } else {
            free();
        }
    }

    private void free() {
        Memory.free(counter);
    }
}
