package org.dpfs4j.io;

import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One POLL_ADD for each {@link #arm}. Where that fails, {@code ready} runs all the same, after a pause that doubles: who reads
 * finds out whether the descriptor is at its end, and what cannot be polled for is read now and then.
 */
final class UringReadiness implements Readiness, Owner {
    private static final Logger LOG = LoggerFactory.getLogger(UringReadiness.class);
    private static final long PAUSE_MAX_MILLIS = 256;
    private static final int EINTR = 4;
    private static final int ECANCELED = 125;

    private final UringRing ring;
    private final EventLoop loop;
    private final Fd fd;
    private final Runnable ready;
    private boolean armed;
    private boolean closed;
    private long pauseMillis;

    UringReadiness(UringRing ring, EventLoop loop, Fd fd, Runnable ready) {
        this.ring = ring;
        this.loop = loop;
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
            readiness.pauseMillis = 0;
            readiness.ready.run();
        } else if (result == -EINTR) {
            readiness.arm();
        } else if (result == -ECANCELED) {
            LOG.debug("{} is polled no longer: its lane ends", readiness.fd);
        } else {
            readiness.failed(-result);
        }
    }

    private void failed(int errno) {
        if (pauseMillis == 0 && ring.log().take()) {
            LOG.warn("{} cannot be polled, and is read at intervals: errno {}", fd, errno);
        }
        armed = true;
        pauseMillis = Math.min(Math.max(1, 2 * pauseMillis), PAUSE_MAX_MILLIS);
        loop.schedule(this::paused, pauseMillis, TimeUnit.MILLISECONDS);
    }

    private void paused() {
        armed = false;
        if (closed) {
            return;
        }
        try {
            ready.run();
        } catch (Throwable cause) {
            broken(cause);
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
