package org.dpfs4j.io;

import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import org.dpfs4j.metrics.LogBudget;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A descriptor in a lane's epoll, in use until it is closed there. What happens to it is told to one listener. */
final class EpollEntry implements EpollIoHandle {
    private static final Logger LOG = LoggerFactory.getLogger(EpollEntry.class);

    private final LogBudget log;
    private final Fd descriptor;
    private final EpollIoOps interest;
    private final Runnable happened;
    private IoRegistration registration;
    private boolean closed;

    EpollEntry(IoEventLoop loop, LogBudget log, Fd descriptor, EpollIoOps interest, Runnable happened) {
        if (!descriptor.acquire()) {
            throw new IllegalStateException("epoll on a closed descriptor: " + descriptor);
        }
        this.log = log;
        this.descriptor = descriptor;
        this.interest = interest;
        this.happened = happened;
        loop.register(this)
                .addListener(future -> registered(future.isSuccess() ? (IoRegistration) future.getNow() : null));
    }

    private void registered(IoRegistration with) {
        registration = with;
        if (with == null) {
            if (log.take()) {
                LOG.warn("{} cannot be watched by epoll", descriptor);
            }
            descriptor.release();
        } else if (closed) {
            end();
        } else {
            with.submit(interest);
        }
    }

    @Override
    public FileDescriptor fd() {
        return new FileDescriptor(descriptor.number());
    }

    @Override
    public void handle(IoRegistration from, IoEvent event) {
        tell();
    }

    /** Tells the listener now, unless this is closed; what it throws is logged. */
    void tell() {
        if (closed) {
            return;
        }
        try {
            happened.run();
        } catch (Throwable cause) {
            if (log.take()) {
                LOG.error("what {} had to tell failed", descriptor, cause);
            }
        }
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (registration != null) {
            end();
        }
    }

    private void end() {
        registration.cancel();
        descriptor.release();
    }
}
