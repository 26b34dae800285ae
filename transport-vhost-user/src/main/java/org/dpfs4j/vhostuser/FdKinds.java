package org.dpfs4j.vhostuser;

import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import org.dpfs4j.io.Fd;
import org.dpfs4j.io.Syscall;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.memory.Memory;

/** Kick and call descriptors as another process gave them. */
final class FdKinds {
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int STATX_TYPE = 1;
    private static final int STATX_MODE = 28;
    private static final int S_IFMT = 0170000;
    private static final int S_IFIFO = 0010000;
    private static final int S_IFSOCK = 0140000;
    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;
    private static final int O_NONBLOCK = 04000;

    private FdKinds() {}

    /**
     * Makes sure that a descriptor is an eventfd or a pipe (User-mode Linux signals by pipes), and that a full or an empty
     * one cannot block a lane; null stays null. One that is refused is closed.
     */
    static Fd nonBlocking(Syscalls syscalls, Fd fd) throws BadMessage {
        if (fd == null) {
            return null;
        }
        var stat = syscalls.scratch();
        var type = syscalls.call(Syscall.STATX, fd.number(), syscalls.path(""), AT_EMPTY_PATH, STATX_TYPE, stat) == 0
                ? Memory.ALL.get(JAVA_SHORT, stat + STATX_MODE) & S_IFMT
                : -1;
        var flags = syscalls.call(Syscall.FCNTL, fd.number(), F_GETFL, 0);
        var signalling = type == 0 || type == S_IFIFO || type == S_IFSOCK;
        if (!signalling || flags < 0 || syscalls.call(Syscall.FCNTL, fd.number(), F_SETFL, flags | O_NONBLOCK) < 0) {
            fd.close();
            throw new BadMessage("a kick or call descriptor is neither an eventfd nor a pipe");
        }
        return fd;
    }
}
