package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.I32;
import static org.dpfs4j.wire.Wire.U32;
import static org.dpfs4j.wire.Wire.U64;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** The header of every reply: {@code struct fuse_out_header}. */
public final class OutHeader extends Struct {
    /** 16 bytes. */
    public static final StructLayout LAYOUT =
            MemoryLayout.structLayout(U32.withName("len"), I32.withName("error"), U64.withName("unique"));

    /** Size in bytes. */
    public static final int BYTES = 16;

    private static final long LEN = at(LAYOUT, "len");
    private static final long ERROR = at(LAYOUT, "error");
    private static final long UNIQUE = at(LAYOUT, "unique");

    /** The structure at {@code offset} of {@code memory}. */
    public OutHeader(MemorySegment memory, long offset) {
        super(memory, offset, LAYOUT);
    }

    /** Length of the whole reply in bytes, header included. */
    public long lengthBytes() {
        return getUnsigned(LEN);
    }

    /** Fills {@link #lengthBytes()}. */
    public OutHeader lengthBytes(long lengthBytes) {
        putUnsigned(LEN, lengthBytes);
        return this;
    }

    /** The {@link Request#unique()} that is answered. */
    public long unique() {
        return getLong(UNIQUE);
    }

    /** Fills {@link #unique()}. */
    public OutHeader unique(long unique) {
        putLong(UNIQUE, unique);
        return this;
    }

    /** The error number, 0 when the request succeeded. */
    public int error() {
        return -getInt(ERROR);
    }

    /** Fills {@link #error()}; the wire carries it negated. */
    public OutHeader error(int error) {
        assert error >= 0;
        putInt(ERROR, -error);
        return this;
    }
}
