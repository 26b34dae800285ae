package org.dpfs4j.vhostuser;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.dpfs4j.io.Fd;
import org.dpfs4j.io.Syscall;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.memory.Memory;

/** The socket that a device's VMM connects to: made and removed by us, or inherited listening. */
final class ListeningSocket implements AutoCloseable {
    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM_CLOEXEC = 1 | 02000000;
    private static final int SOCK_CLOEXEC = 02000000;
    private static final int SOCK_NONBLOCK = 04000;
    private static final int EINTR = 4;
    private static final int EAGAIN = 11;
    private static final int ENOMEM = 12;
    private static final int ENFILE = 23;
    private static final int EMFILE = 24;
    private static final int ECONNABORTED = 103;
    private static final int ENOBUFS = 105;
    private static final int ECONNREFUSED = 111;
    private static final long SHORTAGE_NANOS = 100_000_000;

    /** {@code asm/socket.h}, the same on x86-64 and aarch64. */
    private static final int SOL_SOCKET = 1;

    private static final int SO_ACCEPTCONN = 30;
    private static final int S_IFMT = 0170000;
    private static final int S_IFSOCK = 0140000;

    /** The next VMM may wait here while one is served; more are refused by the kernel. */
    private static final int BACKLOG = 1;

    private final Syscalls syscalls;
    private final Fd socket;
    private final Optional<Path> path;
    private final Object identity;

    private ListeningSocket(Syscalls syscalls, Fd socket, Optional<Path> path) throws IOException {
        this.syscalls = syscalls;
        this.socket = socket;
        this.path = path;
        identity = path.isPresent() ? identity(path.get()) : null;
    }

    /** Listens as configured. An inherited descriptor must be a socket that listens. */
    static ListeningSocket open(Syscalls syscalls, VhostUserConfig config) throws IOException {
        if (config.socket().isEmpty()) {
            return new ListeningSocket(syscalls, inherited(syscalls, config.fd().getAsInt()), Optional.empty());
        }
        var path = config.socket().get();
        var before = Path.of(path + VhostUserConfig.BEFORE_LISTENING);
        removeStale(syscalls, path);
        removeStale(syscalls, before);
        var socket = socket(syscalls, 0);
        try {
            check(syscalls.call(Syscall.BIND, socket.number(), address(syscalls, before), addressBytes(before)), path);
            publish(syscalls, socket, before, config);
            return new ListeningSocket(syscalls, socket, config.socket());
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static Fd inherited(Syscalls syscalls, int number) throws IOException {
        var value = syscalls.scratch();
        var length = value + Integer.BYTES;
        Memory.ALL.set(JAVA_INT, value, 0);
        Memory.ALL.set(JAVA_INT, length, Integer.BYTES);
        var result = syscalls.call(Syscall.GETSOCKOPT, number, SOL_SOCKET, SO_ACCEPTCONN, value, length);
        if (result < 0 || Memory.ALL.get(JAVA_INT, value) == 0) {
            throw new IOException("descriptor " + number + " is not a listening socket that was inherited");
        }
        return new Fd(number);
    }

    /** Whoever sees the socket at its path can connect: it gets there with its mode, and listening. */
    private static void publish(Syscalls syscalls, Fd socket, Path before, VhostUserConfig config) throws IOException {
        var path = config.socket().orElseThrow();
        try {
            giveTo(before, config);
            check(chmod(before, config.socketMode()), path);
            check(syscalls.call(Syscall.LISTEN, socket.number(), BACKLOG), path);
            Files.move(before, path, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Files.deleteIfExists(before);
            throw e;
        }
    }

    private static void giveTo(Path socket, VhostUserConfig config) throws IOException {
        if (config.socketGroup().isEmpty()) {
            return;
        }
        var name = config.socketGroup().get();
        try {
            var group = socket.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(name);
            Files.setAttribute(socket, "posix:group", group);
        } catch (UserPrincipalNotFoundException e) {
            throw new IOException("socket-group: there is no group " + name, e);
        } catch (IOException e) {
            throw new IOException("the socket cannot be given to the group " + name + ": " + e.getMessage(), e);
        }
    }

    private static Fd socket(Syscalls syscalls, int flags) throws IOException {
        var number = syscalls.call(Syscall.SOCKET, AF_UNIX, SOCK_STREAM_CLOEXEC | flags, 0);
        if (number < 0) {
            throw new IOException("no socket can be made: errno " + -number);
        }
        return new Fd((int) number);
    }

    private static long chmod(Path path, int mode) {
        try {
            Files.setAttribute(path, "unix:mode", mode);
            return 0;
        } catch (IOException | UnsupportedOperationException e) {
            return -1;
        }
    }

    private static void check(long result, Path path) throws IOException {
        if (result < 0) {
            throw new IOException("cannot listen at " + path + ": " + reason((int) -result));
        }
    }

    private static String reason(int errno) {
        return switch (errno) {
            case 1, 13 -> "permission denied";
            case 2 -> "its directory does not exist";
            case 20 -> "a part of the path is not a directory";
            case 30 -> "the file system is read-only";
            case 98 -> "somebody else made a file there just now";
            default -> "errno " + errno;
        };
    }

    /** A socket that nobody listens at is left from a server that was killed; anything else is not ours to remove. */
    private static void removeStale(Syscalls syscalls, Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (((int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & S_IFMT) != S_IFSOCK) {
            throw new IOException("cannot listen at " + path + ": a file that is not a socket is there");
        }
        var probe = socket(syscalls, SOCK_NONBLOCK);
        var result = syscalls.call(Syscall.CONNECT, probe.number(), address(syscalls, path), addressBytes(path));
        probe.close();
        if (result != -ECONNREFUSED) {
            throw new IOException("cannot listen at " + path + ": another server is using it");
        }
        Files.delete(path);
    }

    /** {@code struct sockaddr_un} in the scratch block. */
    private static long address(Syscalls syscalls, Path path) {
        var bytes = path.toString().getBytes(StandardCharsets.UTF_8);
        var address = syscalls.scratch();
        Memory.ALL.set(JAVA_SHORT, address, (short) AF_UNIX);
        MemorySegment.copy(bytes, 0, Memory.ALL, JAVA_BYTE, address + 2, bytes.length);
        Memory.ALL.set(JAVA_BYTE, address + 2 + bytes.length, (byte) 0);
        return address;
    }

    private static int addressBytes(Path path) {
        return 2 + path.toString().getBytes(StandardCharsets.UTF_8).length + 1;
    }

    private static Object identity(Path path) throws IOException {
        return Files.getAttribute(path, "unix:ino", LinkOption.NOFOLLOW_LINKS);
    }

    /** The descriptor's number, for those who pass the socket on. */
    int number() {
        return socket.number();
    }

    /** Waits for the next connection; empty when {@code wake} is signalled. */
    Optional<Fd> accept(Fd wake) throws IOException {
        while (ControlSocket.await(syscalls, socket, wake)) {
            var number = syscalls.call(Syscall.ACCEPT4, socket.number(), 0, 0, SOCK_CLOEXEC);
            if (number >= 0) {
                return Optional.of(new Fd((int) number));
            }
            recover((int) -number);
        }
        return Optional.empty();
    }

    /** No descriptor or memory to spare may change; a socket that cannot be accepted from does not. */
    private void recover(int errno) throws IOException {
        switch (errno) {
            case EINTR, EAGAIN, ECONNABORTED -> {}
            case ENFILE, EMFILE, ENOBUFS, ENOMEM -> LockSupport.parkNanos(SHORTAGE_NANOS);
            default -> throw new IOException("cannot accept connections: errno " + errno);
        }
    }

    /** Listens no longer; the socket is removed when it is still ours. */
    @Override
    public void close() {
        socket.close();
        try {
            if (path.isPresent() && identity.equals(identity(path.get()))) {
                Files.delete(path.get());
            }
        } catch (IOException e) {
            // Somebody removed it before us; nothing is left to do.
            return;
        }
    }
}
