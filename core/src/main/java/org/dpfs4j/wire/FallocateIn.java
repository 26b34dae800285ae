package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U32;
import static org.dpfs4j.wire.Wire.U64;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** FALLOCATE: {@code struct fuse_fallocate_in}. Valid until the reply is sent. */
public final class FallocateIn extends Request {
    /** 32 bytes. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
            U64.withName("fh"),
            U64.withName("offset"),
            U64.withName("length"),
            U32.withName("mode"),
            U32.withName("padding"));

    /** What follows the structure. */
    public static final Tail TAIL = Tail.NONE;

    private static final long FH = BODY + at(LAYOUT, "fh");
    private static final long OFFSET = BODY + at(LAYOUT, "offset");
    private static final long LENGTH = BODY + at(LAYOUT, "length");
    private static final long MODE = BODY + at(LAYOUT, "mode");

    /** A view of the request in {@code head}, which begins with the header. */
    public FallocateIn(MemorySegment head) {
        super(head);
    }

    /** The handle that OPEN, OPENDIR or CREATE answered. */
    public long handle() {
        return head.get(U64, FH);
    }

    /** Where in the file, in bytes; negative means 2^63 or more. */
    public long offset() {
        return head.get(U64, OFFSET);
    }

    /** Length of the range in bytes; negative means 2^63 or more. */
    public long rangeBytes() {
        return head.get(U64, LENGTH);
    }

    /** What to do with the range ({@link FallocateMode}). */
    public int mode() {
        return head.get(U32, MODE);
    }
}
