package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U32;
import static org.dpfs4j.wire.Wire.U64;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** GETATTR: {@code struct fuse_getattr_in}. Valid until the reply is sent. */
public final class GetattrIn extends Request {
    /** 16 bytes. */
    public static final StructLayout LAYOUT =
            MemoryLayout.structLayout(U32.withName("getattr_flags"), U32.withName("dummy"), U64.withName("fh"));

    /** What follows the structure. */
    public static final Tail TAIL = Tail.NONE;

    /** {@code FUSE_GETATTR_FH}. */
    static final int FH_VALID = 1;

    private static final long GETATTR_FLAGS = BODY + at(LAYOUT, "getattr_flags");
    private static final long FH = BODY + at(LAYOUT, "fh");

    /** A view of the request in {@code head}, which begins with the header. */
    public GetattrIn(MemorySegment head) {
        super(head);
    }

    /** Whether {@link #handle()} means an open file. */
    public boolean hasHandle() {
        return (head.get(U32, GETATTR_FLAGS) & FH_VALID) != 0;
    }

    /** The handle that OPEN, OPENDIR or CREATE answered. */
    public long handle() {
        return head.get(U64, FH);
    }
}
