package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U32;
import static org.dpfs4j.wire.Wire.U64;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** FSYNC and FSYNCDIR: {@code struct fuse_fsync_in}. Valid until the reply is sent. */
public final class FsyncIn extends Request {
    /** 16 bytes. */
    public static final StructLayout LAYOUT =
            MemoryLayout.structLayout(U64.withName("fh"), U32.withName("fsync_flags"), U32.withName("padding"));

    /** What follows the structure. */
    public static final Tail TAIL = Tail.NONE;

    /** {@code FUSE_FSYNC_FDATASYNC}. */
    static final int FDATASYNC = 1;

    private static final long FH = BODY + at(LAYOUT, "fh");
    private static final long FSYNC_FLAGS = BODY + at(LAYOUT, "fsync_flags");

    /** A view of the request in {@code head}, which begins with the header. */
    public FsyncIn(MemorySegment head) {
        super(head);
    }

    /** The handle that OPEN, OPENDIR or CREATE answered. */
    public long handle() {
        return head.get(U64, FH);
    }

    /** Whether data is enough, as for fdatasync. */
    public boolean dataOnly() {
        return (head.get(U32, FSYNC_FLAGS) & FDATASYNC) != 0;
    }
}
