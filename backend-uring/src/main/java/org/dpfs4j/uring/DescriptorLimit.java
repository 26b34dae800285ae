package org.dpfs4j.uring;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import org.dpfs4j.io.Syscall;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.memory.Memory;

/** How many files this process may have open: the soft limit becomes the hard one, as every node holds a descriptor. */
final class DescriptorLimit {
    private static final int RLIMIT_NOFILE = 7;
    private static final int RLIMIT_BYTES = 16;

    private DescriptorLimit() {}

    /** Raises the limit and returns it. */
    static long raise(Syscalls syscalls) {
        var limit = syscalls.scratch();
        syscalls.call(Syscall.PRLIMIT64, 0, RLIMIT_NOFILE, 0, limit);
        var soft = Memory.ALL.get(JAVA_LONG, limit);
        var hard = Memory.ALL.get(JAVA_LONG, limit + 8);
        Memory.ALL.set(JAVA_LONG, limit + RLIMIT_BYTES, hard);
        Memory.ALL.set(JAVA_LONG, limit + RLIMIT_BYTES + 8, hard);
        return syscalls.call(Syscall.PRLIMIT64, 0, RLIMIT_NOFILE, limit + RLIMIT_BYTES, 0) == 0 ? hard : soft;
    }
}
