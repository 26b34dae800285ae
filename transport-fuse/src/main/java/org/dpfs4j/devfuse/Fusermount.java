package org.dpfs4j.devfuse;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.dpfs4j.io.Fd;
import org.dpfs4j.io.Syscall;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.memory.Memory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The set-user-id program that mounts for users: it opens /dev/fuse and sends the descriptor through a socket whose number
 * it finds in {@code _FUSE_COMMFD}. Java's own processes inherit no descriptor, so it is started by posix_spawn(3).
 */
final class Fusermount {
    private static final Logger LOG = LoggerFactory.getLogger(Fusermount.class);
    private static final List<String> NAMES = List.of("fusermount3", "fusermount");

    private static final MethodHandle SPAWN = Linker.nativeLinker()
            .downcallHandle(
                    Linker.nativeLinker().defaultLookup().findOrThrow("posix_spawn"),
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS));

    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_CLOEXEC = 02000000;
    private static final int F_SETFD = 2;
    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;
    private static final int O_NONBLOCK = 04000;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;
    private static final int EINTR = 4;

    /** {@code struct msghdr}, a byte of data and its {@code struct iovec}, and room for one {@code struct cmsghdr}. */
    private static final int IOVEC = 64;

    private static final int DATA = 80;
    private static final int CONTROL = 96;
    private static final int CONTROL_BYTES = 24;
    private static final int DESCRIPTOR = CONTROL + 16;

    /** {@code cmsg_len} with one descriptor. */
    private static final long ONE_DESCRIPTOR = 20;

    private final Path program;

    private Fusermount(Path program) {
        this.program = program;
    }

    /** The program, where it is installed. */
    static Optional<Fusermount> find() {
        var folders = Optional.ofNullable(System.getenv("PATH")).orElse("") + ":/usr/bin:/bin:/usr/local/bin";
        return NAMES.stream()
                .flatMap(name -> Stream.of(folders.split(":"))
                        .filter(folder -> folder.startsWith("/"))
                        .map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst()
                .map(Fusermount::new);
    }

    /** Mounts, and returns the connection. */
    Fd mount(Path place, List<String> options, Syscalls syscalls) throws IOException {
        var pair = syscalls.scratch();
        if (syscalls.call(Syscall.SOCKETPAIR, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0) {
            throw new IOException("no pair of sockets can be made");
        }
        try (var ours = new Fd(Memory.ALL.get(JAVA_INT, pair))) {
            try (var theirs = new Fd(Memory.ALL.get(JAVA_INT, pair + 4))) {
                syscalls.call(Syscall.FCNTL, theirs.number(), F_SETFD, 0);
                spawn(List.of("-o", String.join(",", options), "--", place.toString()), theirs, syscalls);
            }
            var number = receive(ours, syscalls);
            if (number < 0) {
                throw new IOException(program + " does not mount " + place + "; it has said why");
            }
            var connection = new Fd(number);
            var flags = syscalls.call(Syscall.FCNTL, number, F_GETFL, 0);
            syscalls.call(Syscall.FCNTL, number, F_SETFL, flags | O_NONBLOCK);
            return connection;
        }
    }

    private void spawn(List<String> arguments, Fd socket, Syscalls syscalls) throws IOException {
        var words = new ArrayList<>(List.of(program.toString()));
        words.addAll(arguments);
        var variables = new ArrayList<>(List.of("_FUSE_COMMFD=" + socket.number()));
        System.getenv().forEach((name, value) -> variables.add(name + "=" + value));
        try (var arena = Arena.ofConfined()) {
            var pid = arena.allocate(JAVA_INT);
            var result = (int) SPAWN.invokeExact(
                    pid,
                    arena.allocateFrom(program.toString()),
                    MemorySegment.NULL,
                    MemorySegment.NULL,
                    strings(arena, words),
                    strings(arena, variables));
            if (result != 0) {
                throw new IOException(program + " cannot be started: errno " + result);
            }
            var waited = -EINTR;
            while (waited == -EINTR) {
                waited = (int) syscalls.call(Syscall.WAIT4, pid.get(JAVA_INT, 0), 0, 0, 0);
            }
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static MemorySegment strings(Arena arena, List<String> texts) {
        var array = arena.allocate(ADDRESS, texts.size() + 1L);
        for (int i = 0; i < texts.size(); i++) {
            array.setAtIndex(ADDRESS, i, arena.allocateFrom(texts.get(i)));
        }
        return array;
    }

    /** The descriptor that came; -1 when the program has ended without sending one. */
    private static int receive(Fd socket, Syscalls syscalls) {
        var block = syscalls.scratch();
        Memory.ALL.asSlice(block, CONTROL + CONTROL_BYTES).fill((byte) 0);
        Memory.ALL.set(JAVA_LONG, block + 16, block + IOVEC);
        Memory.ALL.set(JAVA_LONG, block + 24, 1L);
        Memory.ALL.set(JAVA_LONG, block + 32, block + CONTROL);
        Memory.ALL.set(JAVA_LONG, block + 40, (long) CONTROL_BYTES);
        Memory.ALL.set(JAVA_LONG, block + IOVEC, block + DATA);
        Memory.ALL.set(JAVA_LONG, block + IOVEC + 8, 1L);
        long result;
        do {
            result = syscalls.call(Syscall.RECVMSG, socket.number(), block, MSG_CMSG_CLOEXEC);
        } while (result == -EINTR);
        var came = result > 0 && Memory.ALL.get(JAVA_LONG, block + CONTROL) == ONE_DESCRIPTOR;
        return came ? Memory.ALL.get(JAVA_INT, block + DESCRIPTOR) : -1;
    }

    /** Unmounts. */
    Mounted.Outcome unmount(Path place, boolean lazily) {
        var words = new ArrayList<>(List.of(program.toString(), "-u", "-q"));
        if (lazily) {
            words.add("-z");
        }
        words.addAll(List.of("--", place.toString()));
        try {
            var code = new ProcessBuilder(words).inheritIO().start().waitFor();
            return code == 0 ? Mounted.Outcome.DONE : lazily ? Mounted.Outcome.FAILED : Mounted.Outcome.BUSY;
        } catch (IOException e) {
            LOG.warn("{} cannot be started: {}", program, e.getMessage());
            return Mounted.Outcome.FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Mounted.Outcome.FAILED;
        }
    }
}
