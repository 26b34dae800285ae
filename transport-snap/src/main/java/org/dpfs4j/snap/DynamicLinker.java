package org.dpfs4j.snap;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.dpfs4j.memory.Libc;
import org.dpfs4j.memory.Memory;

/**
 * {@code dlopen(3)} and what belongs to it. Java's own lookup does not tell why a library cannot be loaded, which is what an operator
 * needs: a file that is not there, another processor's, a library that this one needs. What is loaded stays loaded.
 */
final class DynamicLinker {
    private static final MethodHandle DLOPEN = Libc.function("dlopen");
    private static final MethodHandle DLSYM = Libc.function("dlsym");
    private static final MethodHandle DLERROR = Libc.function("dlerror");
    private static final MethodHandle STRERROR = Libc.function("strerror");

    /**
     * A function by its address, with up to four integers or pointers. As {@link Libc}, one shape for all: what a function
     * does not take it does not read, and of an {@code int} the upper half of the result means nothing.
     */
    private static final MethodHandle CALL = Linker.nativeLinker()
            .downcallHandle(FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));

    private static final long RTLD_NOW = 2;
    private static final int TEXT_BYTES = 1024;

    private DynamicLinker() {}

    /** Loads a library; throws with the loader's own words. */
    static long load(Path library) throws ProviderException {
        try (var arena = Arena.ofConfined()) {
            var handle =
                    Libc.call(DLOPEN, arena.allocateFrom(library.toString()).address(), RTLD_NOW);
            if (handle == 0) {
                throw new ProviderException("the provider " + library + " cannot be loaded: " + lastError(library));
            }
            return handle;
        }
    }

    /** Without the path in front, which the sentence has already. */
    private static String lastError(Path library) {
        var text = text(Libc.call(DLERROR, 0, 0));
        var prefix = library + ": ";
        return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
    }

    /** A text of the C library's; read byte by byte, because the page behind it may not be there. */
    private static String text(long address) {
        var bytes = new ByteArrayOutputStream();
        for (int i = 0; address != 0 && i < TEXT_BYTES && Memory.ALL.get(JAVA_BYTE, address + i) != 0; i++) {
            bytes.write(Memory.ALL.get(JAVA_BYTE, address + i));
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** Where a function of a library is; null when it has none of that name. */
    static MemorySegment find(long library, String name) {
        try (var arena = Arena.ofConfined()) {
            var address = Libc.call(DLSYM, library, arena.allocateFrom(name).address());
            return address == 0 ? null : MemorySegment.ofAddress(address);
        }
    }

    /** Calls a function that returns an {@code int}. */
    static int call(MemorySegment function, long first, long second, long third, long fourth) {
        try {
            return (int) (long) CALL.invokeExact(function, first, second, third, fourth);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** What an error's number means, in the words of the C library. */
    static String describe(int errno) {
        return text(Libc.call(STRERROR, errno, 0)) + " (errno " + errno + ")";
    }
}
