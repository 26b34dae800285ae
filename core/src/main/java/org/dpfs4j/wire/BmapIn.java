package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U32;
import static org.dpfs4j.wire.Wire.U64;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** BMAP: {@code struct fuse_bmap_in}. Valid until the reply is sent. */
public final class BmapIn extends Request {
    /** 16 bytes. */
    public static final StructLayout LAYOUT =
            MemoryLayout.structLayout(U64.withName("block"), U32.withName("blocksize"), U32.withName("padding"));

    /** What follows the structure. */
    public static final Tail TAIL = Tail.NONE;

    private static final long BLOCK = BODY + at(LAYOUT, "block");
    private static final long BLOCKSIZE = BODY + at(LAYOUT, "blocksize");

    /** A view of the request in {@code head}, which begins with the header. */
    public BmapIn(MemorySegment head) {
        super(head);
    }

    /** Number of the block in the file. */
    public long block() {
        return head.get(U64, BLOCK);
    }

    /** Size of a block in bytes. */
    public long blockBytes() {
        return Integer.toUnsignedLong(head.get(U32, BLOCKSIZE));
    }
}
