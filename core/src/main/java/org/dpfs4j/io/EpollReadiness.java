package org.dpfs4j.io;

import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.EpollIoOps;
import org.dpfs4j.metrics.LogBudget;

/** A descriptor in the lane's epoll, edge-triggered: to arm costs no system call. */
final class EpollReadiness implements Readiness {
    private final IoEventLoop loop;
    private final Runnable ready;
    private final EpollEntry entry;
    private boolean armed;

    /** An edge came that nobody had asked for yet. */
    private boolean missed;

    EpollReadiness(IoEventLoop loop, LogBudget log, Fd descriptor, Runnable ready) {
        this.loop = loop;
        this.ready = ready;
        entry = new EpollEntry(loop, log, descriptor, EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLET), this::edge);
    }

    @Override
    public void arm() {
        armed = true;
        if (missed && !entry.isClosed()) {
            missed = false;
            loop.execute(entry::tell);
        }
    }

    private void edge() {
        missed = !armed;
        if (armed) {
            armed = false;
            ready.run();
        }
    }

    @Override
    public void close() {
        entry.close();
    }
}
