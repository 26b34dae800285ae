package org.dpfs4j.io;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import org.dpfs4j.memory.Memory;

/** Makes and signals eventfds. */
public final class EventFd {
    private static final int EFD_CLOEXEC = 02000000;
    private static final int EFD_NONBLOCK = 04000;
    private static final long ONE = one();

    private EventFd() {}

    private static long one() {
        var address = Memory.allocate(Long.BYTES);
        Memory.ALL.set(JAVA_LONG, address, 1L);
        return address;
    }

    /** A new eventfd that does not block. */
    public static Fd open(Syscalls syscalls) {
        return new Fd((int) syscalls.call(Syscall.EVENTFD2, 0, EFD_CLOEXEC | EFD_NONBLOCK));
    }

    /**
     * Adds one to the counter: one wake-up for whoever waits. A plain system call: on the ring, the write of a blocking
     * eventfd would go to a kernel worker.
     */
    public static void signal(Syscalls syscalls, Fd eventFd) {
        if (eventFd.acquire()) {
            syscalls.call(Syscall.WRITE, eventFd.number(), ONE, Long.BYTES);
            eventFd.release();
        }
    }
}
