package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U32;
import static org.dpfs4j.wire.Wire.U64;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** STATX: {@code struct fuse_statx_in}. Valid until the reply is sent. */
public final class StatxIn extends Request {
    /** 24 bytes. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
            U32.withName("getattr_flags"),
            U32.withName("reserved"),
            U64.withName("fh"),
            U32.withName("sx_flags"),
            U32.withName("sx_mask"));

    /** What follows the structure. */
    public static final Tail TAIL = Tail.NONE;

    private static final long GETATTR_FLAGS = BODY + at(LAYOUT, "getattr_flags");
    private static final long FH = BODY + at(LAYOUT, "fh");
    private static final long SX_FLAGS = BODY + at(LAYOUT, "sx_flags");
    private static final long SX_MASK = BODY + at(LAYOUT, "sx_mask");

    /** A view of the request in {@code head}, which begins with the header. */
    public StatxIn(MemorySegment head) {
        super(head);
    }

    /** Whether {@link #handle()} means an open file. */
    public boolean hasHandle() {
        return (head.get(U32, GETATTR_FLAGS) & GetattrIn.FH_VALID) != 0;
    }

    /** The handle that OPEN, OPENDIR or CREATE answered. */
    public long handle() {
        return head.get(U64, FH);
    }

    /** The {@code AT_STATX_*} flags of the caller. */
    public int flags() {
        return head.get(U32, SX_FLAGS);
    }

    /** The fields asked for ({@link StatxMask}). */
    public int mask() {
        return head.get(U32, SX_MASK);
    }
}
