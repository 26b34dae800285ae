package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.I32;
import static org.dpfs4j.wire.Wire.U32;
import static org.dpfs4j.wire.Wire.U64;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** Reply of OPEN and OPENDIR: {@code struct fuse_open_out}. */
public final class OpenOut extends Struct {
    /** 16 bytes. */
    public static final StructLayout LAYOUT =
            MemoryLayout.structLayout(U64.withName("fh"), U32.withName("open_flags"), I32.withName("backing_id"));

    /** Size in bytes. */
    public static final int BYTES = 16;

    private static final long FH = at(LAYOUT, "fh");
    private static final long OPEN_FLAGS = at(LAYOUT, "open_flags");
    private static final long BACKING_ID = at(LAYOUT, "backing_id");

    /** The structure at {@code offset} of {@code memory}. */
    public OpenOut(MemorySegment memory, long offset) {
        super(memory, offset, LAYOUT);
    }

    /** What the guest shall send with every request on the open file. */
    public long handle() {
        return getLong(FH);
    }

    /** Fills {@link #handle()}. */
    public OpenOut handle(long handle) {
        putLong(FH, handle);
        return this;
    }

    /** How the guest shall treat the open file ({@link OpenReplyFlags}). */
    public int flags() {
        return getInt(OPEN_FLAGS);
    }

    /** Fills {@link #flags()}. */
    public OpenOut flags(int flags) {
        putInt(OPEN_FLAGS, flags);
        return this;
    }

    /** The backing file for {@link OpenReplyFlags#PASSTHROUGH}; no meaning over virtio-fs. */
    public int backingId() {
        return getInt(BACKING_ID);
    }

    /** Fills {@link #backingId()}. */
    public OpenOut backingId(int backingId) {
        putInt(BACKING_ID, backingId);
        return this;
    }
}
