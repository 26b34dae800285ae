package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U32;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** Reply of WRITE and COPY_FILE_RANGE: {@code struct fuse_write_out}. */
public final class WriteOut extends Struct {
    /** 8 bytes. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(U32.withName("size"), U32.withName("padding"));

    /** Size in bytes. */
    public static final int BYTES = 8;

    private static final long SIZE = at(LAYOUT, "size");

    /** The structure at {@code offset} of {@code memory}. */
    public WriteOut(MemorySegment memory, long offset) {
        super(memory, offset, LAYOUT);
    }

    /** How many bytes were written. */
    public long sizeBytes() {
        return getUnsigned(SIZE);
    }

    /** Fills {@link #sizeBytes()}. */
    public WriteOut sizeBytes(long sizeBytes) {
        putUnsigned(SIZE, sizeBytes);
        return this;
    }
}
