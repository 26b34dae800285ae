package org.dpfs4j.app.sandbox;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.dpfs4j.io.Syscall;
import org.dpfs4j.io.Syscalls;

/** System calls of the one thread that is being restricted; one that fails is a layer that cannot be had. */
final class Kernel implements AutoCloseable {
    static final int AT_FDCWD = -100;
    static final int ENOENT = 2;
    static final int EEXIST = 17;
    static final int EINVAL = 22;

    private final Syscalls syscalls = new Syscalls();
    private final Arena arena = Arena.ofConfined();

    /** A call's result: a value, or a negated errno. */
    long call(StartCall call, long... arguments) {
        return raw(call.number(), arguments);
    }

    /** The same for a call that the JVM makes, too. */
    long call(Ground call, long... arguments) {
        return raw(call.number(), arguments);
    }

    private long raw(long number, long... arguments) {
        return syscalls.raw(
                number,
                at(arguments, 0),
                at(arguments, 1),
                at(arguments, 2),
                at(arguments, 3),
                at(arguments, 4),
                at(arguments, 5));
    }

    /** The same for a call that a serving process makes, too. */
    long call(Syscall call, long... arguments) {
        return raw(call.number(), arguments);
    }

    private static long at(long[] arguments, int index) {
        return index < arguments.length ? arguments[index] : 0;
    }

    /** The result, unless it is an error: then {@code what} could not be done. */
    static long require(String what, long result) throws NotIsolated {
        if (result < 0) {
            throw new NotIsolated(what + ": " + reason((int) -result));
        }
        return result;
    }

    private static String reason(int errno) {
        return switch (errno) {
            case 1 -> "not permitted";
            case ENOENT -> "does not exist";
            case 13 -> "permission denied";
            case 28 -> "the limit of namespaces or mounts is reached";
            case 38 -> "this kernel does not have it";
            case 95 -> "it is disabled on this system";
            default -> "errno " + errno;
        };
    }

    /** Zeroed memory that lives as long as this. */
    MemorySegment memory(long sizeBytes) {
        return arena.allocate(sizeBytes, Long.BYTES);
    }

    /** The address of a NUL-terminated copy. */
    long text(String text) {
        return bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    long text(Path path) {
        return text(path.toString());
    }

    private long bytes(byte[] bytes) {
        var copy = arena.allocate(bytes.length + 1L);
        MemorySegment.copy(bytes, 0, copy, JAVA_BYTE, 0, bytes.length);
        return copy.address();
    }

    /** The address of a NULL-terminated array of pointers to NUL-terminated copies. */
    long texts(List<byte[]> texts) {
        var array = memory((texts.size() + 1L) * Long.BYTES);
        for (int i = 0; i < texts.size(); i++) {
            array.setAtIndex(JAVA_LONG, i, bytes(texts.get(i)));
        }
        return array.address();
    }

    @Override
    public void close() {
        arena.close();
        syscalls.close();
    }
}
