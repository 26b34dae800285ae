package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U64;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** SYNCFS: {@code struct fuse_syncfs_in}, which says nothing. Valid until the reply is sent. */
public final class SyncfsIn extends Request {
    /** 8 bytes. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(U64.withName("padding"));

    /** What follows the structure. */
    public static final Tail TAIL = Tail.NONE;

    /** A view of the request in {@code head}, which begins with the header. */
    public SyncfsIn(MemorySegment head) {
        super(head);
    }
}
