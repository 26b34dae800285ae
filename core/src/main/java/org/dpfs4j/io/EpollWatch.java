package org.dpfs4j.io;

import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.EpollIoOps;
import org.dpfs4j.metrics.LogBudget;

/** An eventfd watched by epoll, and emptied when it is readable. */
final class EpollWatch implements Watch {
    private static final int COUNTER_BYTES = 8;

    private final EpollEntry entry;

    EpollWatch(IoEventLoop loop, LogBudget log, Syscalls syscalls, Fd eventFd, Runnable signalled) {
        entry = new EpollEntry(loop, log, eventFd, EpollIoOps.EPOLLIN, () -> {
            syscalls.call(Syscall.READ, eventFd.number(), syscalls.scratch(), COUNTER_BYTES);
            signalled.run();
        });
    }

    @Override
    public void close() {
        entry.close();
    }
}
