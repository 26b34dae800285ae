package org.dpfs4j.io;

import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A descriptor in the lane's epoll, edge-triggered: to arm costs no system call. */
final class EpollReadiness implements Readiness, EpollIoHandle {
    private static final Logger LOG = LoggerFactory.getLogger(EpollReadiness.class);

    private final IoEventLoop loop;
    private final Fd descriptor;
    private final Runnable ready;
    private IoRegistration registration;
    private boolean armed;

    /** An edge came that nobody had asked for yet. */
    private boolean missed;

    private boolean closed;

    EpollReadiness(IoEventLoop loop, Fd descriptor, Runnable ready) {
        if (!descriptor.acquire()) {
            throw new IllegalStateException("wait for a closed descriptor: " + descriptor);
        }
        this.loop = loop;
        this.descriptor = descriptor;
        this.ready = ready;
        loop.register(this)
                .addListener(future -> registered(future.isSuccess() ? (IoRegistration) future.getNow() : null));
    }

    private void registered(IoRegistration with) {
        registration = with;
        if (with == null) {
            LOG.warn("{} cannot be watched by epoll", descriptor);
            descriptor.release();
        } else if (closed) {
            end();
        } else {
            with.submit(EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLET));
        }
    }

    @Override
    public FileDescriptor fd() {
        return new FileDescriptor(descriptor.number());
    }

    @Override
    public void arm() {
        armed = true;
        if (missed && !closed) {
            missed = false;
            loop.execute(this::tell);
        }
    }

    @Override
    public void handle(IoRegistration from, IoEvent event) {
        missed = !armed;
        tell();
    }

    private void tell() {
        if (closed || !armed) {
            return;
        }
        armed = false;
        try {
            ready.run();
        } catch (Throwable cause) {
            LOG.error("what {} had to read failed", descriptor, cause);
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
        descriptor.release();
    }
}
