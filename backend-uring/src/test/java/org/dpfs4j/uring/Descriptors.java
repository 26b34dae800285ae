package org.dpfs4j.uring;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.wire.OpenFlags;

/** The descriptors of this process. */
final class Descriptors {
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
        var calls = new FileCalls(new Syscalls());
        var root = calls.openRoot(file.toString());
        var other = calls.reopen(root, OpenFlags.RDWR);
        var done = (int) dup2.invokeExact(other, number);
        calls.close(other);
        calls.close(root);
        if (done != number) {
            throw new IOException("descriptor " + number + " cannot be replaced");
        }
    }
}
