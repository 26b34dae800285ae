package org.dpfs4j.uring;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dpfs4j.io.Syscall;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.memory.Memory;

/** How many descriptors this process may have. */
final class DescriptorLimit {
    private static final int RLIMIT_NOFILE = 7;
    private static final int RLIMIT_BYTES = 16;
    private static final Path MOST = Path.of("/proc/sys/fs/nr_open");

    private DescriptorLimit() {}

    /** Raises the limit to {@code wanted}, or as far as this process may; never lowers it. Returns what it is then. */
    static long raise(Syscalls syscalls, long wanted) {
        var limit = syscalls.scratch();
        syscalls.call(Syscall.PRLIMIT64, 0, RLIMIT_NOFILE, 0, limit);
        var soft = Memory.ALL.get(JAVA_LONG, limit);
        var hard = Memory.ALL.get(JAVA_LONG, limit + 8);
        var raised = Math.max(hard, Math.min(wanted, most()));
        if (set(syscalls, raised)) {
            return raised;
        }
        return set(syscalls, hard) ? hard : soft;
    }

    private static boolean set(Syscalls syscalls, long value) {
        var limit = syscalls.scratch() + RLIMIT_BYTES;
        Memory.ALL.set(JAVA_LONG, limit, value);
        Memory.ALL.set(JAVA_LONG, limit + 8, value);
        return syscalls.call(Syscall.PRLIMIT64, 0, RLIMIT_NOFILE, limit, 0) == 0;
    }

    /** What even the system's administrator cannot exceed. */
    private static long most() {
        try {
            // By lines: the kernel gives such a number to a reader of single bytes, as readString is, as its first
            // digit.
            return Long.parseLong(Files.readAllLines(MOST).getFirst().strip());
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
    }
}
