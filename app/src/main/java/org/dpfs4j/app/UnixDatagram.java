package org.dpfs4j.app;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.dpfs4j.io.Fd;
import org.dpfs4j.io.Syscall;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.memory.Memory;

/** Sends datagrams to a Unix socket: Java has none of that kind, so these are system calls. For one thread at a time. */
final class UnixDatagram {
    /** {@code sys/socket.h}, the same on x86-64 and aarch64. */
    private static final short AF_UNIX = 1;

    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int SOCK_NONBLOCK = 0x800;
    private static final int MSG_NOSIGNAL = 0x4000;

    /** {@code struct sockaddr_un}: two bytes of family, then the path; one byte is for its NUL. */
    private static final int PATH = 2;

    private static final int PATH_BYTES = 108;

    /** Where in the scratch block the text stands. */
    private static final int TEXT = 256;

    /** Bytes of a datagram at most; the rest is left out. */
    private static final int TEXT_BYTES = 8192;

    private final byte[] path;
    private final Syscalls syscalls = new Syscalls();

    /** A sender to a path, or to {@code @} and a name in the abstract namespace. */
    UnixDatagram(String socket) {
        path = socket.getBytes(StandardCharsets.UTF_8);
    }

    /** Whether this can be a socket's address at all. */
    boolean isPossible() {
        return path.length > 0 && (path[0] == '/' || path[0] == '@') && path.length < PATH_BYTES;
    }

    /**
     * Sends a text without waiting.
     *
     * @return 0 or more, or a negated errno
     */
    long send(String text) {
        var result = syscalls.call(Syscall.SOCKET, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (result >= 0) {
            try (var fd = new Fd((int) result)) {
                result = send(fd, text.getBytes(StandardCharsets.UTF_8));
            }
        }
        return result;
    }

    private long send(Fd fd, byte[] text) {
        var address = syscalls.scratch();
        Memory.ALL.set(JAVA_SHORT, address, AF_UNIX);
        MemorySegment.copy(path, 0, Memory.ALL, JAVA_BYTE, address + PATH, path.length);
        var abstractName = path[0] == '@';
        if (abstractName) {
            Memory.ALL.set(JAVA_BYTE, address + PATH, (byte) 0);
        } else {
            Memory.ALL.set(JAVA_BYTE, address + PATH + path.length, (byte) 0);
        }
        var addressBytes = PATH + path.length + (abstractName ? 0 : 1);
        var bytes = Math.min(text.length, TEXT_BYTES);
        MemorySegment.copy(text, 0, Memory.ALL, JAVA_BYTE, address + TEXT, bytes);
        return syscalls.call(Syscall.SENDTO, fd.number(), address + TEXT, bytes, MSG_NOSIGNAL, address, addressBytes);
    }
}
