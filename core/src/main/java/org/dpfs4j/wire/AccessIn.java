package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U32;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** ACCESS: {@code struct fuse_access_in}. Valid until the reply is sent. */
public final class AccessIn extends Request {
    /** 8 bytes. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(U32.withName("mask"), U32.withName("padding"));

    /** What follows the structure. */
    public static final Tail TAIL = Tail.NONE;

    private static final long MASK = BODY + at(LAYOUT, "mask");

    /** A view of the request in {@code head}, which begins with the header. */
    public AccessIn(MemorySegment head) {
        super(head);
    }

    /** The bits of access(2): 4 read, 2 write, 1 execute, 0 exists. */
    public int mask() {
        return head.get(U32, MASK);
    }
}
