package org.dpfs4j.tck;

import java.util.function.UnaryOperator;
import org.dpfs4j.client.RequestBytes;
import org.dpfs4j.wire.LockType;

/** What is asked for by {@link Client#setlk} and its like. */
public final class Locking {
    /** The last byte there is. */
    public static final long TO_END = Long.MAX_VALUE;

    private static final int FLOCK = 1;
    private static final int FLOCK_UNLOCK = 2;

    private Locking() {}

    private static UnaryOperator<RequestBytes> of(long owner, int type, long start, long end) {
        return in -> in.set("owner", owner)
                .set("lk.type", type)
                .set("lk.start", start)
                .set("lk.end", end)
                .set("lk.pid", pid(owner));
    }

    /** The process that requests of an owner come from. */
    public static int pid(long owner) {
        return (int) owner + 1000;
    }

    /** A lock for reading, of the bytes from {@code start} to {@code end}, inclusive. */
    public static UnaryOperator<RequestBytes> read(long owner, long start, long end) {
        return of(owner, LockType.READ, start, end);
    }

    /** A lock for writing; as {@link #read}. */
    public static UnaryOperator<RequestBytes> write(long owner, long start, long end) {
        return of(owner, LockType.WRITE, start, end);
    }

    /** No lock; as {@link #read}. */
    public static UnaryOperator<RequestBytes> none(long owner, long start, long end) {
        return of(owner, LockType.UNLOCK, start, end);
    }

    /** A lock of flock(2); {@code type} is a {@link LockType}. */
    public static UnaryOperator<RequestBytes> flock(long owner, int type) {
        return in -> of(owner, type, 0, TO_END).apply(in).set("lk_flags", FLOCK);
    }

    /** A RELEASE that ends the flock of an owner. */
    public static UnaryOperator<RequestBytes> closing(long owner) {
        return in -> in.set("release_flags", FLOCK_UNLOCK).set("lock_owner", owner);
    }
}
