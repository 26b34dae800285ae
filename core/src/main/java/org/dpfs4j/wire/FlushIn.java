package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U32;
import static org.dpfs4j.wire.Wire.U64;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** FLUSH: {@code struct fuse_flush_in}, sent at each close of a descriptor. Valid until the reply is sent. */
public final class FlushIn extends Request {
    /** 24 bytes. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
            U64.withName("fh"), U32.withName("unused"), U32.withName("padding"), U64.withName("lock_owner"));

    /** What follows the structure. */
    public static final Tail TAIL = Tail.NONE;

    private static final long FH = BODY + at(LAYOUT, "fh");
    private static final long LOCK_OWNER = BODY + at(LAYOUT, "lock_owner");

    /** A view of the request in {@code head}, which begins with the header. */
    public FlushIn(MemorySegment head) {
        super(head);
    }

    /** The handle that OPEN, OPENDIR or CREATE answered. */
    public long handle() {
        return head.get(U64, FH);
    }

    /** Identifies the owner of POSIX locks in the guest; opaque. */
    public long lockOwner() {
        return head.get(U64, LOCK_OWNER);
    }
}
