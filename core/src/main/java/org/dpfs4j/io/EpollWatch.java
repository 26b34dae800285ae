package org.dpfs4j.io;

import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An eventfd watched by epoll, and emptied when it is readable. */
final class EpollWatch implements Watch, EpollIoHandle {
    private static final Logger LOG = LoggerFactory.getLogger(EpollWatch.class);
    private static final int COUNTER_BYTES = 8;

    private final Syscalls syscalls;
    private final Fd eventFd;
    private final Runnable signalled;
    private IoRegistration registration;
    private boolean closed;

    EpollWatch(IoEventLoop loop, Syscalls syscalls, Fd eventFd, Runnable signalled) {
        if (!eventFd.acquire()) {
            throw new IllegalStateException("watch on a closed descriptor: " + eventFd);
        }
        this.syscalls = syscalls;
        this.eventFd = eventFd;
        this.signalled = signalled;
        loop.register(this)
                .addListener(future -> registered(future.isSuccess() ? (IoRegistration) future.getNow() : null));
    }

    private void registered(IoRegistration with) {
        registration = with;
        if (with == null) {
            LOG.warn("{} cannot be watched by epoll", eventFd);
            eventFd.release();
        } else if (closed) {
            end();
        } else {
            with.submit(EpollIoOps.EPOLLIN);
        }
    }

    @Override
    public FileDescriptor fd() {
        return new FileDescriptor(eventFd.number());
    }

    @Override
    public void handle(IoRegistration from, IoEvent event) {
        if (closed) {
            return;
        }
        try {
            syscalls.call(Syscall.READ, eventFd.number(), syscalls.scratch(), COUNTER_BYTES);
            signalled.run();
        } catch (Throwable cause) {
            LOG.error("what {} signals failed", eventFd, cause);
        }
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
        eventFd.release();
    }
}
