package org.dpfs4j.app;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.dpfs4j.io.Fd;
import org.dpfs4j.io.Syscall;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.memory.Memory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the service manager about our state, by {@code sd_notify(3)}'s protocol: one datagram of {@code NAME=VALUE} to the
 * socket that {@code NOTIFY_SOCKET} names. Java has no datagram sockets of the Unix family, so these are system calls.
 * For one thread.
 */
final class Notify {
    private static final Logger LOG = LoggerFactory.getLogger(Notify.class);

    /** {@code sys/socket.h}, the same on x86-64 and aarch64. */
    private static final short AF_UNIX = 1;

    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int MSG_NOSIGNAL = 0x4000;

    /** {@code struct sockaddr_un}: two bytes of family, then the path; one byte is for its NUL. */
    private static final int PATH = 2;

    private static final int PATH_BYTES = 108;

    /** Where in the scratch block the text stands. */
    private static final int TEXT = 256;

    private final String socket;
    private final Syscalls syscalls = new Syscalls();

    /**
     * A notifier.
     *
     * @param socket the value of {@code NOTIFY_SOCKET}: a path, or {@code @} and a name in the abstract namespace; null or
     *     empty when nobody wants to know
     */
    Notify(String socket) {
        this.socket = socket == null ? "" : socket;
    }

    /** Start-up is over. */
    void ready() {
        send("READY=1");
    }

    /** Shutting down has begun. */
    void stopping() {
        send("STOPPING=1");
    }

    private void send(String text) {
        if (socket.isEmpty()) {
            return;
        }
        var path = socket.getBytes(StandardCharsets.UTF_8);
        if ((path[0] != '/' && path[0] != '@') || path.length >= PATH_BYTES) {
            LOG.warn("NOTIFY_SOCKET is not a socket that can be told anything: {}", socket);
            return;
        }
        var result = syscalls.call(Syscall.SOCKET, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (result >= 0) {
            try (var fd = new Fd((int) result)) {
                result = send(fd, path, text.getBytes(StandardCharsets.US_ASCII));
            }
        }
        if (result < 0) {
            LOG.warn("the service manager at {} could not be told {}: errno {}", socket, text, -result);
        }
    }

    private long send(Fd fd, byte[] path, byte[] text) {
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
        MemorySegment.copy(text, 0, Memory.ALL, JAVA_BYTE, address + TEXT, text.length);
        return syscalls.call(
                Syscall.SENDTO, fd.number(), address + TEXT, text.length, MSG_NOSIGNAL, address, addressBytes);
    }
}
