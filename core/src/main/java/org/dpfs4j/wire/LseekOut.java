package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U64;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** Reply of LSEEK: {@code struct fuse_lseek_out}. */
public final class LseekOut extends Struct {
    /** 8 bytes. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(U64.withName("offset"));

    /** Size in bytes. */
    public static final int BYTES = 8;

    private static final long OFFSET = at(LAYOUT, "offset");

    /** The structure at {@code offset} of {@code memory}. */
    public LseekOut(MemorySegment memory, long offset) {
        super(memory, offset, LAYOUT);
    }

    /** The offset found, in bytes. */
    public long offset() {
        return getLong(OFFSET);
    }

    /** Fills {@link #offset()}. */
    public LseekOut offset(long offset) {
        putLong(OFFSET, offset);
        return this;
    }
}
