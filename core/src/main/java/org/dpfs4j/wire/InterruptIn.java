package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U64;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * INTERRUPT: {@code struct fuse_interrupt_in}. No reply is due unless the request is unknown (EAGAIN). Valid until the
 * reply is sent.
 */
public final class InterruptIn extends Request {
    /** 8 bytes. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(U64.withName("unique"));

    /** What follows the structure. */
    public static final Tail TAIL = Tail.NONE;

    private static final long UNIQUE = BODY + at(LAYOUT, "unique");

    /** A view of the request in {@code head}, which begins with the header. */
    public InterruptIn(MemorySegment head) {
        super(head);
    }

    /** The {@link #unique()} of the request that the guest no longer waits for. */
    public long interruptedUnique() {
        return head.get(U64, UNIQUE);
    }
}
