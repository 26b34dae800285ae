package org.dpfs4j.uring;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.dpfs4j.io.Syscall;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.wire.OpenFlags;

/** The descriptors of this process. */
final class Descriptors {
    private static final int AT_FDCWD = -100;
    private static final Path ALL = Path.of("/proc/self/fd");

    private Descriptors() {}

    /** Those of a file that are more than a name (O_PATH), the lowest first. */
    static List<Integer> open(Path file) {
        return Arrays.stream(ALL.toFile().list())
                .map(Integer::valueOf)
                .filter(number -> isOpen(number, file))
                .sorted()
                .toList();
    }

    private static boolean isOpen(int number, Path file) {
        try {
            return Files.readSymbolicLink(ALL.resolve(Integer.toString(number))).equals(file)
                    && !Files.readString(Path.of("/proc/self/fdinfo", Integer.toString(number)))
                            .contains("flags:\t01");
        } catch (IOException closed) {
            return false;
        }
    }

    /** Lets a number stand for another file, behind the back of whoever has opened it. */
    static void replace(int number, Path file) throws Throwable {
        var linker = Linker.nativeLinker();
        var dup2 = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("dup2"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        var syscalls = new Syscalls();
        var other = open(syscalls, file, OpenFlags.RDWR);
        var done = (int) dup2.invokeExact(other, number);
        syscalls.call(Syscall.CLOSE, other);
        syscalls.close();
        if (done != number) {
            throw new IOException("descriptor " + number + " cannot be replaced");
        }
    }

    /** Opens a file as any program does; {@code flags} are {@link OpenFlags} of this machine. */
    static int open(Syscalls syscalls, Path file, int flags) throws IOException {
        var descriptor = (int) syscalls.call(Syscall.OPENAT, AT_FDCWD, syscalls.path(file.toString()), flags, 0);
        if (descriptor < 0) {
            throw new IOException(file + " cannot be opened: " + descriptor);
        }
        return descriptor;
    }
}
