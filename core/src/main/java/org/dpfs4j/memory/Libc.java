package org.dpfs4j.memory;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;

/**
 * Functions of the C library. Java makes code for each shape of function that a process calls, which takes it a good part of
 * its start, so there is one, that of {@code syscall(2)}: seven integers or pointers and, before them, where errno goes.
 * What a function does not take is in places that it does not read; where it returns nothing or less, the result, or its
 * upper half, means nothing.
 */
public final class Libc {
    /** Of the block that errno goes to. */
    public static final StructLayout CAPTURE = Linker.Option.captureStateLayout();

    /** Where errno goes that nobody asks for. */
    private static final MemorySegment UNREAD = Arena.global().allocate(CAPTURE);

    private Libc() {}

    /**
     * Finds a function.
     *
     * @return {@code (MemorySegment, long, long, long, long, long, long, long)long}; the segment is a {@link #CAPTURE}
     */
    public static MethodHandle function(String name) {
        var linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(
                        JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                Linker.Option.captureCallState("errno"));
    }

    /** Calls a {@link #function} of up to two arguments, whatever becomes of errno. */
    public static long call(MethodHandle function, long first, long second) {
        try {
            return (long) function.invokeExact(UNREAD, first, second, 0L, 0L, 0L, 0L, 0L);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
