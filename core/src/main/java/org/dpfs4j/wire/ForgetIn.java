package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U64;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** FORGET: {@code struct fuse_forget_in}. No reply. Valid until the exchange is given back. */
public final class ForgetIn extends Request {
    /** 8 bytes. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(U64.withName("nlookup"));

    /** What follows the structure. */
    public static final Tail TAIL = Tail.NONE;

    private static final long NLOOKUP = BODY + at(LAYOUT, "nlookup");

    /** A view of the request in {@code head}, which begins with the header. */
    public ForgetIn(MemorySegment head) {
        super(head);
    }

    /** How many lookups of {@link #nodeId()} the guest takes back, at most {@link Long#MAX_VALUE}. */
    public long lookups() {
        return ForgetOne.clamped(head.get(U64, NLOOKUP));
    }
}
