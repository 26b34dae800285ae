package org.dpfs4j.app.sandbox;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import org.dpfs4j.io.Syscall;

/** Filters of system calls in the kernel. */
final class Seccomp {
    private static final int SET_MODE_FILTER = 1;
    private static final int FLAG_ALL_THREADS = 1;
    private static final int PR_SET_NO_NEW_PRIVS = 38;

    private Seccomp() {}

    /** Puts all threads of the process, and those they start, under a filter, for good. */
    static void install(long[] program) throws NotIsolated {
        try (var kernel = new Kernel()) {
            kernel.call(Syscall.PRCTL, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
            var instructions = kernel.memory((long) program.length * Long.BYTES);
            MemorySegment.copy(program, 0, instructions, JAVA_LONG, 0, program.length);
            var description = kernel.memory(16); // struct sock_fprog
            description.set(JAVA_SHORT, 0, (short) program.length);
            description.set(JAVA_LONG, 8, instructions.address());
            var result = kernel.call(StartCall.SECCOMP, SET_MODE_FILTER, FLAG_ALL_THREADS, description.address());
            if (result > 0) {
                throw new NotIsolated("seccomp: thread " + result + " has a filter of its own");
            }
            Kernel.require("seccomp", result);
        }
    }
}
