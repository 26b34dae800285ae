package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U64;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** Reply of BMAP: {@code struct fuse_bmap_out}. */
public final class BmapOut extends Struct {
    /** 8 bytes. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(U64.withName("block"));

    /** Size in bytes. */
    public static final int BYTES = 8;

    private static final long BLOCK = at(LAYOUT, "block");

    /** The structure at {@code offset} of {@code memory}. */
    public BmapOut(MemorySegment memory, long offset) {
        super(memory, offset, LAYOUT);
    }

    /** Number of the block on the device, 0 for a hole. */
    public long block() {
        return getLong(BLOCK);
    }

    /** Fills {@link #block()}. */
    public BmapOut block(long block) {
        putLong(BLOCK, block);
        return this;
    }
}
