package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U32;
import static org.dpfs4j.wire.Wire.U64;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** GETLK, SETLK and SETLKW: {@code struct fuse_lk_in}. Valid until the reply is sent. */
public final class LkIn extends Request {
    /** 48 bytes. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
            U64.withName("fh"),
            U64.withName("owner"),
            FileLock.LAYOUT.withName("lk"),
            U32.withName("lk_flags"),
            U32.withName("padding"));

    /** What follows the structure. */
    public static final Tail TAIL = Tail.NONE;

    /** {@code FUSE_LK_FLOCK}. */
    static final int FLOCK = 1;

    private static final long FH = BODY + at(LAYOUT, "fh");
    private static final long OWNER = BODY + at(LAYOUT, "owner");
    private static final long START = BODY + at(LAYOUT, "lk", "start");
    private static final long END = BODY + at(LAYOUT, "lk", "end");
    private static final long TYPE = BODY + at(LAYOUT, "lk", "type");
    private static final long PID = BODY + at(LAYOUT, "lk", "pid");
    private static final long LK_FLAGS = BODY + at(LAYOUT, "lk_flags");

    /** A view of the request in {@code head}, which begins with the header. */
    public LkIn(MemorySegment head) {
        super(head);
    }

    /** The handle that OPEN, OPENDIR or CREATE answered. */
    public long handle() {
        return head.get(U64, FH);
    }

    /** Identifies the owner of the lock in the guest; opaque. */
    public long owner() {
        return head.get(U64, OWNER);
    }

    /** First byte of the range; negative means 2^63 or more. */
    public long start() {
        return head.get(U64, START);
    }

    /** Last byte of the range, inclusive; {@link Long#MAX_VALUE} means to the end of the file. */
    public long end() {
        return head.get(U64, END);
    }

    /** What is asked for ({@link LockType}). */
    public int type() {
        return head.get(U32, TYPE);
    }

    /** The process of the lock, in the guest. */
    public int lockPid() {
        return head.get(U32, PID);
    }

    /** Whether this is a lock of flock(2): the whole file, owned by the open file. */
    public boolean flock() {
        return (head.get(U32, LK_FLAGS) & FLOCK) != 0;
    }
}
