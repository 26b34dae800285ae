package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U32;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * BATCH_FORGET: {@code struct fuse_batch_forget_in}, then {@link ForgetOne} entries. No reply. Valid until the exchange
 * is given back.
 */
public final class BatchForgetIn extends Request {
    /** 8 bytes. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(U32.withName("count"), U32.withName("dummy"));

    /** What follows the structure. */
    public static final Tail TAIL = Tail.FORGETS;

    private static final long COUNT = BODY + at(LAYOUT, "count");

    /** A view of the request in {@code head}, which begins with the header. */
    public BatchForgetIn(MemorySegment head) {
        super(head);
    }

    /** How many entries the guest says it sends, walked in place with {@link ForgetOne}; hostile. */
    public long count() {
        return Integer.toUnsignedLong(head.get(U32, COUNT));
    }
}
