package org.dpfs4j.io;

import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import org.dpfs4j.memory.Libc;
import org.dpfs4j.memory.Limits;
import org.dpfs4j.memory.Memory;

/**
 * Linux system calls for one thread: the object owns the cell that errno is captured in, and a scratch block. Results
 * are the kernel's own: a value, or a negated errno. Raw calls act on the calling thread alone where libc's wrappers act
 * on the whole process (credentials).
 *
 * <p>One object a thread, never shared, living as long as its thread: a lane has one, every {@link Worker} has one.
 */
public final class Syscalls {
    /** Bytes of {@link #scratch}. */
    public static final int SCRATCH_BYTES = 64 * 1024;

    private static final long ERRNO = Libc.CAPTURE.byteOffset(PathElement.groupElement("errno"));
    private static final MethodHandle SYSCALL = Libc.function("syscall");

    private final MemorySegment capture = Memory.at(Memory.allocate(Libc.CAPTURE.byteSize()), Libc.CAPTURE.byteSize());
    private final long scratch = Memory.allocate(SCRATCH_BYTES + Limits.PATH_BYTES);

    /** Makes a system call of up to six arguments. */
    public long call(Syscall call, long a, long b, long c, long d, long e, long f) {
        return raw(call.number(), a, b, c, d, e, f);
    }

    /** Makes a system call by its number, for those that no serving process makes and {@link Syscall} does not name. */
    public long raw(long number, long a, long b, long c, long d, long e, long f) {
        try {
            var result = (long) SYSCALL.invokeExact(capture, number, a, b, c, d, e, f);
            return result == -1 ? -capture.get(ValueLayout.JAVA_INT, ERRNO) : result;
        } catch (RuntimeException | Error failure) {
            throw failure;
        } catch (Throwable failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** Makes a system call of up to five arguments. */
    public long call(Syscall call, long a, long b, long c, long d, long e) {
        return call(call, a, b, c, d, e, 0);
    }

    /** Makes a system call of up to four arguments. */
    public long call(Syscall call, long a, long b, long c, long d) {
        return call(call, a, b, c, d, 0, 0);
    }

    /** Makes a system call of up to three arguments. */
    public long call(Syscall call, long a, long b, long c) {
        return call(call, a, b, c, 0, 0, 0);
    }

    /** Makes a system call of one or two arguments. */
    public long call(Syscall call, long a, long b) {
        return call(call, a, b, 0, 0, 0, 0);
    }

    /** Makes a system call of one argument. */
    public long call(Syscall call, long a) {
        return call(call, a, 0, 0, 0, 0, 0);
    }

    /**
     * {@code preadv2(2)} at an offset.
     *
     * @param vectors address of {@code count} {@code struct iovec}, at most {@link Limits#IOVECS_PER_CALL}
     * @param flags RWF_* of {@code linux/fs.h}
     */
    public long preadv2(int fd, long vectors, int count, long offset, int flags) {
        return call(Syscall.PREADV2, fd, vectors, count, offset, 0, flags);
    }

    /** {@code pwritev2(2)} at an offset; as {@link #preadv2}. */
    public long pwritev2(int fd, long vectors, int count, long offset, int flags) {
        return call(Syscall.PWRITEV2, fd, vectors, count, offset, 0, flags);
    }

    /** Memory of {@link #SCRATCH_BYTES} for results that are used up before anything else runs on this thread. */
    public long scratch() {
        return scratch;
    }

    /**
     * Writes a NUL-terminated path beside the scratch block, for the next call.
     *
     * @return its address, valid until the next path
     * @throws IllegalArgumentException when it does not fit PATH_MAX or contains a NUL
     */
    public long path(String path) {
        var bytes = path.getBytes(StandardCharsets.UTF_8);
        if (bytes.length >= Limits.PATH_BYTES || path.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("not a path: " + path);
        }
        var address = scratch + SCRATCH_BYTES;
        MemorySegment.copy(bytes, 0, Memory.ALL, ValueLayout.JAVA_BYTE, address, bytes.length);
        Memory.ALL.set(ValueLayout.JAVA_BYTE, address + bytes.length, (byte) 0);
        return address;
    }

    /** Frees the errno cell and the scratch block; only for threads that end before the process does. */
    public void close() {
        Memory.free(capture.address());
        Memory.free(scratch);
    }
}
