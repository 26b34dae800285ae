package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U32;
import static org.dpfs4j.wire.Wire.U64;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** LSEEK: {@code struct fuse_lseek_in}. Valid until the reply is sent. */
public final class LseekIn extends Request {
    /** 24 bytes. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
            U64.withName("fh"), U64.withName("offset"), U32.withName("whence"), U32.withName("padding"));

    /** What follows the structure. */
    public static final Tail TAIL = Tail.NONE;

    private static final long FH = BODY + at(LAYOUT, "fh");
    private static final long OFFSET = BODY + at(LAYOUT, "offset");
    private static final long WHENCE = BODY + at(LAYOUT, "whence");

    /** A view of the request in {@code head}, which begins with the header. */
    public LseekIn(MemorySegment head) {
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

    /** What to look for ({@link Whence}). */
    public int whence() {
        return head.get(U32, WHENCE);
    }
}
