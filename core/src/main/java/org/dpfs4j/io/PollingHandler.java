package org.dpfs4j.io;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;

/** Netty's handler of a lane's I/O, which does not block while the lane has something to look at. */
final class PollingHandler implements IoHandler, IoHandlerContext {
    private final IoHandler io;
    private final Poller poller;
    private IoHandlerContext context;
    private boolean looking;

    PollingHandler(IoHandler io, Poller poller) {
        this.io = io;
        this.poller = poller;
    }

    @Override
    public int run(IoHandlerContext given) {
        context = given;
        poller.lookAround(given);
        looking = poller.isActive();
        return io.run(this);
    }

    @Override
    public boolean canBlock() {
        return !looking && context.canBlock();
    }

    @Override
    public long delayNanos(long now) {
        return context.delayNanos(now);
    }

    @Override
    public long deadlineNanos() {
        return context.deadlineNanos();
    }

    @Override
    public void reportActiveIoTime(long nanos) {
        context.reportActiveIoTime(nanos);
    }

    @Override
    public boolean shouldReportActiveIoTime() {
        return context.shouldReportActiveIoTime();
    }

    @Override
    public void initialize() {
        io.initialize();
    }

    @Override
    public void prepareToDestroy() {
        io.prepareToDestroy();
    }

    @Override
    public void destroy() {
        io.destroy();
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        return io.register(handle);
    }

    @Override
    public void wakeup() {
        io.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> type) {
        return io.isCompatible(type);
    }
}
