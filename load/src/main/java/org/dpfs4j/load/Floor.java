package org.dpfs4j.load;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.dpfs4j.io.Fd;
import org.dpfs4j.io.Syscall;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.OpenFlags;

/**
 * What the kernel alone can do for a case: the system calls that a server cannot do without, in a loop on one core, on the files that
 * the servers have worked on. One thread.
 */
final class Floor implements AutoCloseable {
    private static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_REMOVEDIR = 0x200;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int STATX_BASIC = 0x7ff;
    private static final int STATX_BYTES = 256;
    private static final int NAMES_BYTES = 32 * 1024;
    private static final int DIRENT_LENGTH_AT = 16;
    private static final int DIRENT_NAME_AT = 19;
    private static final int AT_ONCE = 32;

    private final Syscalls syscalls = new Syscalls();
    private final Arena memory = Arena.ofConfined();
    private final List<Fd> open = new ArrayList<>();
    private final Dice dice = new Dice(1);
    private final Path top;
    private final Case which;
    private final long fileBytes;
    private final long result;

    /** A call or several that together are an operation. */
    private interface Loop {
        void once() throws IOException;
    }

    private Floor(Path top, Case which, long fileBytes) {
        this.top = top;
        this.which = which;
        this.fileBytes = fileBytes;
        result = allocate(STATX_BYTES);
    }

    private long allocate(long bytes) {
        return memory.allocate(bytes, Pool.PAGE).address();
    }

    /**
     * Measures; empty when a case has no floor.
     *
     * @param top the servers' directory, as this process sees it
     * @throws IOException when the files cannot be used from here
     */
    static Optional<Measured> measure(Path top, Case which, long fileBytes, Duration time) throws IOException {
        try (var floor = new Floor(top, which, fileBytes)) {
            var loop = floor.loop();
            return loop == null ? Optional.empty() : Optional.of(floor.run(loop, time));
        }
    }

    private Measured run(Loop loop, Duration time) throws IOException {
        var threads = ManagementFactory.getThreadMXBean();
        for (int i = 0; i < AT_ONCE; i++) {
            loop.once();
        }
        var cpu = threads.getCurrentThreadCpuTime();
        var start = System.nanoTime();
        long operations = 0;
        long nanos;
        do {
            for (int i = 0; i < AT_ONCE; i++) {
                loop.once();
            }
            operations += AT_ONCE;
            nanos = System.nanoTime() - start;
        } while (nanos < time.toNanos());
        var use = new Measured.Use(threads.getCurrentThreadCpuTime() - cpu, 0, 0);
        return new Measured(operations, operations, nanos, new Histogram(2), Optional.of(use));
    }

    private Loop loop() throws IOException {
        return switch (which.workload()) {
            case RANDREAD, SEQREAD, RANDWRITE, SEQWRITE, RANDRW -> data();
            case GETATTR -> getattr();
            case LOOKUP -> lookup(files());
            case LOOKUPNEG -> {
                var many = directory("many");
                var missing = name("none");
                yield () -> statx(many, missing, 0);
            }
            case OPEN -> opening(OpenFlags.RDONLY, files());
            case OPENRW -> opening(OpenFlags.RDWR, files());
            case CREATE -> create();
            case MKDIR -> {
                var here = directory("");
                var name = name("floor");
                yield () -> {
                    did(syscalls.call(Syscall.MKDIRAT, here, name, 0755));
                    did(syscalls.call(Syscall.UNLINKAT, here, name, AT_REMOVEDIR));
                };
            }
            case RENAME -> rename();
            case READDIR, READDIRPLUS -> list(which.workload() == Workload.READDIRPLUS);
            case UNTAR, MIXED, NOP -> null;
        };
    }

    private Loop data() throws IOException {
        var direct = which.direct() ? OpenFlags.DIRECT : 0;
        var reading = file("read-0", OpenFlags.RDWR | direct);
        var writing = file("write-0", OpenFlags.RDWR | direct);
        var blockBytes = which.blockBytes();
        var parts = (blockBytes + Pool.PAGE - 1) / Pool.PAGE;
        var data = allocate(blockBytes);
        var vectors = allocate(16L * parts);
        for (int i = 0; i < parts; i++) {
            Memory.ALL.set(JAVA_LONG, vectors + 16L * i, data + (long) i * Pool.PAGE);
            Memory.ALL.set(JAVA_LONG, vectors + 16L * i + 8, Math.min(Pool.PAGE, blockBytes - i * Pool.PAGE));
        }
        var blocks = (int) (fileBytes / blockBytes);
        var order = which.workload() == Workload.SEQREAD || which.workload() == Workload.SEQWRITE;
        var writes = switch (which.workload()) {
            case RANDREAD, SEQREAD -> 0;
            case RANDRW -> 50;
            default -> 100;
        };
        var next = new int[1];
        return () -> {
            next[0] = order ? (next[0] + 1) % blocks : dice.below(blocks);
            var offset = (long) next[0] * blockBytes;
            var done = writes > 0 && dice.below(100) < writes
                    ? syscalls.pwritev2(writing, vectors, parts, offset, 0)
                    : syscalls.preadv2(reading, vectors, parts, offset, 0);
            if (done != blockBytes) {
                throw new IOException("preadv or pwritev of " + blockBytes + " bytes: " + done);
            }
        };
    }

    private Loop getattr() throws IOException {
        var many = directory("many");
        var names = files();
        var files = new int[names.length];
        for (int i = 0; i < files.length; i++) {
            files[i] = keep(openat(many, names[i], OpenFlags.PATH, 0));
        }
        var nothing = name("");
        return () -> did(statx(files[dice.below(files.length)], nothing, AT_EMPTY_PATH));
    }

    private Loop lookup(long... names) throws IOException {
        var many = directory("many");
        return () -> did(statx(many, names[dice.below(names.length)], 0));
    }

    private Loop opening(int flags, long... names) throws IOException {
        var many = directory("many");
        return () -> close(did(openat(many, names[dice.below(names.length)], flags, 0)));
    }

    private Loop create() throws IOException {
        var here = directory("");
        var name = name("floor");
        return () -> {
            close(did(openat(here, name, OpenFlags.RDWR | OpenFlags.CREAT | OpenFlags.EXCL, 0644)));
            did(syscalls.call(Syscall.UNLINKAT, here, name, 0));
        };
    }

    private Loop rename() throws IOException {
        var here = directory("");
        var name = name("floor-a");
        var other = name("floor-b");
        close(did(openat(here, name, OpenFlags.RDWR | OpenFlags.CREAT, 0644)));
        var there = new boolean[1];
        return () -> {
            did(
                    there[0]
                            ? syscalls.call(Syscall.RENAMEAT2, here, other, here, name, 0)
                            : syscalls.call(Syscall.RENAMEAT2, here, name, here, other, 0));
            there[0] = !there[0];
        };
    }

    private Loop list(boolean plus) {
        var many = name(top.resolve("many").toString());
        var names = allocate(NAMES_BYTES);
        return () -> {
            var directory = (int) did(openat(AT_FDCWD, many, OpenFlags.DIRECTORY, 0));
            var length = did(syscalls.call(Syscall.GETDENTS64, directory, names, NAMES_BYTES));
            while (length > 0) {
                for (long at = 0; plus && at < length; ) {
                    did(statx(directory, names + at + DIRENT_NAME_AT, 0));
                    at += Memory.ALL.get(JAVA_SHORT, names + at + DIRENT_LENGTH_AT);
                }
                length = did(syscalls.call(Syscall.GETDENTS64, directory, names, NAMES_BYTES));
            }
            close(directory);
        };
    }

    private long statx(int directory, long name, int flags) {
        return syscalls.call(Syscall.STATX, directory, name, flags | AT_SYMLINK_NOFOLLOW, STATX_BASIC, result);
    }

    private long openat(int directory, long name, int flags, int mode) {
        return syscalls.call(Syscall.OPENAT, directory, name, flags | OpenFlags.CLOEXEC, mode);
    }

    private int directory(String called) throws IOException {
        return file(called, OpenFlags.DIRECTORY | OpenFlags.PATH);
    }

    private int file(String called, int flags) throws IOException {
        return keep(openat(AT_FDCWD, name(top.resolve(called).toString()), flags, 0));
    }

    private int keep(long number) throws IOException {
        var fd = new Fd((int) did(number));
        open.add(fd);
        return fd.number();
    }

    private void close(long number) throws IOException {
        did(syscalls.call(Syscall.CLOSE, number));
    }

    private long[] files() {
        return IntStream.range(0, Workload.FILES)
                .mapToLong(i -> name(Tree.fileName(i)))
                .toArray();
    }

    /** Address of a path of its own, NUL-terminated. */
    private long name(String path) {
        return memory.allocateFrom(path).address();
    }

    private static long did(long result) throws IOException {
        if (result < 0) {
            throw new IOException("a bare system call failed: " + Errno.of((int) -result));
        }
        return result;
    }

    @Override
    public void close() {
        open.forEach(Fd::close);
        syscalls.close();
        memory.close();
    }
}
