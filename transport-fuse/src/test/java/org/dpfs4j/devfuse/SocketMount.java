package org.dpfs4j.devfuse;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dpfs4j.io.Fd;
import org.dpfs4j.io.Syscall;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.memory.Memory;

/**
 * A mount without a kernel: each connection is a pair of sockets with records, where one read gives one request and one write
 * takes one answer, as at /dev/fuse. What the kernel never sends can be sent here.
 */
final class SocketMount implements Mounted {
    private static final int AF_UNIX = 1;
    private static final int SOCK_SEQPACKET_NONBLOCK_CLOEXEC = 5 | 04000 | 02000000;
    private static final int SHUT_RDWR = 2;

    private final Path place;
    private final List<Fd> drivers = new ArrayList<>();
    private final Fd first;

    SocketMount(Path place, Syscalls syscalls) {
        this.place = place;
        first = another(syscalls);
    }

    @Override
    public Path place() {
        return place;
    }

    @Override
    public Fd connection() {
        return first;
    }

    @Override
    public Fd another(Syscalls syscalls) {
        var pair = syscalls.scratch();
        var result = syscalls.call(Syscall.SOCKETPAIR, AF_UNIX, SOCK_SEQPACKET_NONBLOCK_CLOEXEC, 0, pair);
        if (result != 0) {
            throw new IllegalStateException("socketpair: errno " + -result);
        }
        drivers.add(new Fd(Memory.ALL.get(JAVA_INT, pair)));
        return new Fd(Memory.ALL.get(JAVA_INT, pair + Integer.BYTES));
    }

    /** The other ends, in the order of the queues. */
    List<Fd> drivers() {
        return List.copyOf(drivers);
    }

    @Override
    public Outcome unmount(boolean lazily, Syscalls syscalls) {
        for (var driver : drivers) {
            if (driver.acquire()) {
                syscalls.call(Syscall.SHUTDOWN, driver.number(), SHUT_RDWR);
                driver.release();
            }
        }
        return Outcome.DONE;
    }

    @Override
    public void flush(Syscalls syscalls) {}

    @Override
    public void abort() {
        throw new AssertionError("aborted");
    }
}
