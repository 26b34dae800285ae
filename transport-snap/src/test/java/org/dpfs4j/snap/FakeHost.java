package org.dpfs4j.snap;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/** The host of the fake provider: the {@code vfspf_} functions on one handle. One thread. */
final class FakeHost implements AutoCloseable {
    static final int EAGAIN = 11;
    static final int EBUSY = 16;
    static final int ESTALE = 116;
    static final int RESET_BEGIN = 2;
    static final int FLR_BEGIN = 3;
    static final int DEV_DOWN = 4;
    private static final int ROOM = 1 << 20;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment buffer = arena.allocate(ROOM, 16);
    private final MemorySegment event = arena.allocate(32, 8);
    private final MemorySegment status = arena.allocate(JAVA_INT);
    private final MemorySegment handle;
    private final MethodHandle push;
    private final MethodHandle pop;
    private final MethodHandle inject;
    private final MethodHandle delay;
    private final MethodHandle violations;

    FakeHost(OpenProvider opened) {
        handle = MemorySegment.ofAddress(opened.handle());
        var fake = opened.provider();
        push = function(
                fake,
                "vfspf_push",
                FunctionDescriptor.of(
                        JAVA_LONG,
                        ADDRESS,
                        JAVA_SHORT,
                        JAVA_SHORT,
                        JAVA_SHORT,
                        ADDRESS,
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_LONG));
        pop = function(
                fake,
                "vfspf_pop_reply",
                FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, JAVA_INT, ADDRESS));
        inject = function(fake, "vfspf_inject", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
        delay = function(fake, "vfspf_set_delay", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
        violations = function(fake, "vfspf_violations", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
    }

    private static MethodHandle function(Provider fake, String name, FunctionDescriptor shape) {
        return Linker.nativeLinker().downcallHandle(fake.address(name), shape);
    }

    /** Makes a request arrive; returns its cookie or a negative errno. */
    long push(int group, int device, int queue, byte[] bytes, int room, long seed) {
        MemorySegment.copy(bytes, 0, buffer, JAVA_BYTE, 0, bytes.length);
        try {
            return (long) push.invokeExact(
                    handle, (short) group, (short) device, (short) queue, buffer, bytes.length, room, seed);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Looks for an answer: its length, or a negative errno. */
    int pop(long cookie) {
        try {
            return (int) pop.invokeExact(handle, cookie, buffer, ROOM, status);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** The bytes of the answer that was popped last. */
    byte[] popped(int length) {
        return Arrays.copyOf(buffer.asSlice(0, Math.min(length, ROOM)).toArray(JAVA_BYTE), length);
    }

    /** The error in the header of the answer that was popped last, as an errno. */
    int error() {
        return -buffer.get(JAVA_INT, 4);
    }

    /** The status of the answer that was popped last. */
    int status() {
        return status.get(JAVA_INT, 0);
    }

    int inject(int type, int device) {
        return inject(type, device, 0, 0);
    }

    int inject(int type, int device, int code, long first) {
        return inject(type, device, 0, code, first);
    }

    /** Says that a generation has ended some time ago. */
    int tellDown(int device, int generation) {
        return inject(DEV_DOWN, device, generation, 0, 0);
    }

    private int inject(int type, int device, int generation, int code, long first) {
        event.fill((byte) 0);
        event.set(JAVA_INT, 0, type);
        event.set(JAVA_SHORT, 4, (short) device);
        event.set(JAVA_INT, 8, generation);
        event.set(JAVA_INT, 12, code);
        event.set(JAVA_LONG, 16, first);
        try {
            return (int) inject.invokeExact(handle, event);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    void delay(int polls) {
        try {
            var ignored = (int) delay.invokeExact(handle, polls);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** What the server did that it must not; empty when all was well. */
    String violations() {
        try {
            var count = (int) violations.invokeExact(handle, buffer, 4096);
            return count == 0 ? "" : count + ": " + Provider.text(buffer, 0, 4096);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Violations of all handles of the process, closed ones too. */
    int violationsOfAll() {
        try {
            return (int) violations.invokeExact(MemorySegment.NULL, buffer, 0);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
