package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U32;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** Reply of GETXATTR and LISTXATTR that asked for a size: {@code struct fuse_getxattr_out}. */
public final class GetxattrOut extends Struct {
    /** 8 bytes. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(U32.withName("size"), U32.withName("padding"));

    /** Size in bytes. */
    public static final int BYTES = 8;

    private static final long SIZE = at(LAYOUT, "size");

    /** The structure at {@code offset} of {@code memory}. */
    public GetxattrOut(MemorySegment memory, long offset) {
        super(memory, offset, LAYOUT);
    }

    /** Size of the value or of the list of names in bytes. */
    public long sizeBytes() {
        return getUnsigned(SIZE);
    }

    /** Fills {@link #sizeBytes()}. */
    public GetxattrOut sizeBytes(long sizeBytes) {
        putUnsigned(SIZE, sizeBytes);
        return this;
    }
}
