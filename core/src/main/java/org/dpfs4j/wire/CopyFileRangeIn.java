package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U64;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * COPY_FILE_RANGE and COPY_FILE_RANGE_64: {@code struct fuse_copy_file_range_in}; the source is {@link #nodeId()}.
 * Valid until the reply is sent.
 */
public final class CopyFileRangeIn extends Request {
    /** 56 bytes. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
            U64.withName("fh_in"),
            U64.withName("off_in"),
            U64.withName("nodeid_out"),
            U64.withName("fh_out"),
            U64.withName("off_out"),
            U64.withName("len"),
            U64.withName("flags"));

    /** What follows the structure. */
    public static final Tail TAIL = Tail.NONE;

    private static final long FH_IN = BODY + at(LAYOUT, "fh_in");
    private static final long OFF_IN = BODY + at(LAYOUT, "off_in");
    /** Where the request names the target node, see {@link Request#idAt}. */
    public static final long TARGET_NODE_ID = BODY + at(LAYOUT, "nodeid_out");

    private static final long FH_OUT = BODY + at(LAYOUT, "fh_out");
    private static final long OFF_OUT = BODY + at(LAYOUT, "off_out");
    private static final long LEN = BODY + at(LAYOUT, "len");
    private static final long FLAGS = BODY + at(LAYOUT, "flags");

    /** A view of the request in {@code head}, which begins with the header. */
    public CopyFileRangeIn(MemorySegment head) {
        super(head);
    }

    /** The handle of the source. */
    public long handle() {
        return head.get(U64, FH_IN);
    }

    /** Where the source begins, in bytes; negative means 2^63 or more. */
    public long offset() {
        return head.get(U64, OFF_IN);
    }

    /** The node to copy to. */
    public long targetNodeId() {
        return head.get(U64, TARGET_NODE_ID);
    }

    /** The handle to copy to. */
    public long targetHandle() {
        return head.get(U64, FH_OUT);
    }

    /** Where to copy to, in bytes; negative means 2^63 or more. */
    public long targetOffset() {
        return head.get(U64, OFF_OUT);
    }

    /** How much to copy, in bytes; negative means 2^63 or more. */
    public long rangeBytes() {
        return head.get(U64, LEN);
    }

    /** The flags of copy_file_range(2): none is defined. */
    public long flags() {
        return head.get(U64, FLAGS);
    }
}
