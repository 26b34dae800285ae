package org.dpfs4j.io;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.dpfs4j.memory.Libc;

/**
 * An open file descriptor with a use count: its number is closed when its owner has closed it <em>and</em> no operation
 * refers to it, submitted or not. Closing earlier would hand the number to the next open, and a prepared read would
 * return another file's bytes (law 3 of the design).
 *
 * <p>Uses are counted from any thread. The owner's own use is the first; {@link #close} gives it up once.
 */
public final class Fd implements AutoCloseable {
    private static final MethodHandle CLOSE = Libc.function("close");
    private static final VarHandle USES;
    private static final VarHandle CLOSED;

    static {
        try {
            var lookup = MethodHandles.lookup();
            USES = lookup.findVarHandle(Fd.class, "uses", int.class);
            CLOSED = lookup.findVarHandle(Fd.class, "closed", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int number;
    private final Line line;

    @SuppressWarnings("unused") // by USES
    private volatile int uses = 1;

    @SuppressWarnings("unused") // by CLOSED
    private volatile boolean closed;

    /** Takes over an open descriptor. */
    public Fd(int number) {
        this(number, null);
    }

    /** As above; what may block on it waits in {@code line}, or for null in the line of its lane. */
    public Fd(int number, Line line) {
        if (number < 0) {
            throw new IllegalArgumentException("not a descriptor: " + number);
        }
        this.number = number;
        this.line = line;
    }

    /** Where calls on it wait for a worker; may be null. */
    Line line() {
        return line;
    }

    /** The number; use it only between {@link #acquire} and {@link #release}. */
    public int number() {
        return number;
    }

    /**
     * Counts a use.
     *
     * @return false when it is closed already, and must not be used
     */
    public boolean acquire() {
        int now;
        do {
            now = uses;
            if (now == 0) {
                return false;
            }
        } while (!USES.weakCompareAndSetAcquire(this, now, now + 1));
        return true;
    }

    /** Ends a use; the last one closes the number. */
    public void release() {
        var before = (int) USES.getAndAdd(this, -1);
        assert before > 0 : "released more often than acquired";
        if (before == 1) {
            closeNumber(number);
        }
    }

    /** Gives up the owner's use; again is harmless. The number is closed when the last operation on it has ended. */
    @Override
    public void close() {
        if (CLOSED.compareAndSet(this, false, true)) {
            release();
        }
    }

    @Override
    public String toString() {
        return "fd " + number;
    }

    private static void closeNumber(int number) {
        // What close(2) answers changes nothing: the number is gone either way.
        Libc.call(CLOSE, number, 0);
    }
}
