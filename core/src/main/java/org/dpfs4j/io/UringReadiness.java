package org.dpfs4j.io;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One POLL_ADD for each {@link #arm}. */
final class UringReadiness implements Readiness, Owner {
    private static final Logger LOG = LoggerFactory.getLogger(UringReadiness.class);
    private static final int EINTR = 4;

    private final UringRing ring;
    private final Fd fd;
    private final Runnable ready;
    private boolean armed;
    private boolean closed;

    UringReadiness(UringRing ring, Fd fd, Runnable ready) {
        this.ring = ring;
        this.fd = fd;
        this.ready = ready;
    }

    @Override
    public void arm() {
        if (!armed && !closed) {
            armed = true;
            ring.pollReadableAlone(this, fd, UringReadiness::polled);
        }
    }

    private static void polled(int result, UringReadiness readiness) {
        readiness.armed = false;
        readiness.ring.waited();
        if (readiness.closed) {
            return;
        }
        if (result >= 0) {
            readiness.ready.run();
        } else if (result == -EINTR) {
            readiness.arm();
        } else {
            if (readiness.ring.log().take()) {
                LOG.warn("{} cannot be polled: errno {}", readiness.fd, -result);
            }
        }
    }

    @Override
    public void broken(Throwable cause) {
        if (ring.log().take()) {
            LOG.error("what {} had to read failed", fd, cause);
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
        }
    }
}
