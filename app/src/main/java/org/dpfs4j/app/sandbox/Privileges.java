package org.dpfs4j.app.sandbox;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dpfs4j.io.Syscall;

/** The calling thread's capabilities; those of the program it executes follow from them. */
final class Privileges {
    private static final int CAPABILITY_VERSION_3 = 0x20080522;
    private static final int DATA = 8;
    private static final int PR_CAPBSET_DROP = 24;
    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final int PR_CAP_AMBIENT = 47;
    private static final int AMBIENT_RAISE = 2;
    private static final int AMBIENT_CLEAR_ALL = 4;
    private static final Path UID_MAP = Path.of("/proc/self/uid_map");

    private final Kernel kernel;
    private final long held;
    private final boolean onlyOneUser;
    private final boolean isUserZero;

    Privileges(Kernel kernel) throws IOException {
        this.kernel = kernel;
        held = permitted();
        onlyOneUser = hasOnlyOneUser(Files.readAllLines(UID_MAP));
        isUserZero =
                Files.getAttribute(Path.of("/proc/thread-self"), "unix:uid").equals(0);
    }

    private long permitted() {
        var block = kernel.memory(DATA + 24);
        block.set(JAVA_INT, 0, CAPABILITY_VERSION_3);
        kernel.call(Syscall.CAPGET, block.address(), block.address() + DATA);
        return Integer.toUnsignedLong(block.get(JAVA_INT, DATA + 4)) | (long) block.get(JAVA_INT, DATA + 16) << 32;
    }

    /** A user namespace as {@code unshare --map-root-user} makes it: nobody else's files can be created in it. */
    private static boolean hasOnlyOneUser(List<String> map) {
        return map.size() == 1 && map.getFirst().strip().matches("\\d+\\s+\\d+\\s+1");
    }

    /** Whether this thread has a capability. */
    boolean has(int capability) {
        return (held & 1L << capability) != 0;
    }

    /** Whether files can be opened by their handles with these; in a user namespace of ours they cannot. */
    boolean openByHandle(long capabilities) {
        return !onlyOneUser && (capabilities & 1L << CapabilityChange.DAC_READ_SEARCH) != 0;
    }

    /**
     * Gives up everything that serving does not need, for good. What is kept is inherited over execve: by user 0 because it
     * is inheritable, by others because it is ambient.
     *
     * @return what is kept
     */
    long drop(CapabilityChange change) throws NotIsolated {
        var kept = change.kept(held);
        if (onlyOneUser) {
            kept &= ~(1L << CapabilityChange.SETUID | 1L << CapabilityChange.SETGID);
        }
        set(held, kept); // before the bounding set is empty: later, nothing could be made inheritable
        emptyBoundingSet();
        kernel.call(Syscall.PRCTL, PR_CAP_AMBIENT, AMBIENT_CLEAR_ALL, 0, 0, 0);
        set(kept, kept);
        for (int i = 0; i < Long.SIZE; i++) {
            if (!isUserZero && (kept & 1L << i) != 0) {
                kernel.call(Syscall.PRCTL, PR_CAP_AMBIENT, AMBIENT_RAISE, i, 0, 0);
            }
        }
        Kernel.require("no_new_privs", kernel.call(Syscall.PRCTL, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
        return kept;
    }

    private void set(long permitted, long inheritable) throws NotIsolated {
        var block = kernel.memory(DATA + 24);
        block.set(JAVA_INT, 0, CAPABILITY_VERSION_3);
        for (int half = 0; half < 2; half++) {
            var data = DATA + half * 12L;
            block.set(JAVA_INT, data, (int) (permitted >>> (32 * half)));
            block.set(JAVA_INT, data + 4, (int) (permitted >>> (32 * half)));
            block.set(JAVA_INT, data + 8, (int) (inheritable >>> (32 * half)));
        }
        Kernel.require("capabilities", kernel.call(Syscall.CAPSET, block.address(), block.address() + DATA));
    }

    /** Only who has CAP_SETPCAP may; for others no_new_privs sees to it that nothing comes back. */
    private void emptyBoundingSet() {
        for (int i = 0; i < Long.SIZE; i++) {
            if (kernel.call(Syscall.PRCTL, PR_CAPBSET_DROP, i, 0, 0, 0) < 0) {
                return;
            }
        }
    }
}
