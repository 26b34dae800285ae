package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U64;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** Reply of COPY_FILE_RANGE_64: {@code struct fuse_copy_file_range_out}. */
public final class CopyFileRangeOut extends Struct {
    /** 8 bytes. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(U64.withName("bytes_copied"));

    /** Size in bytes. */
    public static final int BYTES = 8;

    private static final long BYTES_COPIED = at(LAYOUT, "bytes_copied");

    /** The structure at {@code offset} of {@code memory}. */
    public CopyFileRangeOut(MemorySegment memory, long offset) {
        super(memory, offset, LAYOUT);
    }

    /** How many bytes were copied. */
    public long bytesCopied() {
        return getLong(BYTES_COPIED);
    }

    /** Fills {@link #bytesCopied()}. */
    public CopyFileRangeOut bytesCopied(long bytesCopied) {
        putLong(BYTES_COPIED, bytesCopied);
        return this;
    }
}
