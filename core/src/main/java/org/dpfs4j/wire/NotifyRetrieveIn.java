package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U32;
import static org.dpfs4j.wire.Wire.U64;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * NOTIFY_REPLY: {@code struct fuse_notify_retrieve_in}, then the data; the node is {@link #nodeId()}. No reply. Valid
 * until the exchange is given back.
 */
public final class NotifyRetrieveIn extends Request {
    /** 40 bytes. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
            U64.withName("dummy1"),
            U64.withName("offset"),
            U32.withName("size"),
            U32.withName("dummy2"),
            U64.withName("dummy3"),
            U64.withName("dummy4"));

    /** What follows the structure. */
    public static final Tail TAIL = Tail.DATA;

    private static final long OFFSET = BODY + at(LAYOUT, "offset");
    private static final long SIZE = BODY + at(LAYOUT, "size");

    /** A view of the request in {@code head}, which begins with the header. */
    public NotifyRetrieveIn(MemorySegment head) {
        super(head);
    }

    /** Where in the file, in bytes; negative means 2^63 or more. */
    public long offset() {
        return head.get(U64, OFFSET);
    }

    /** How many bytes of data follow. */
    public long sizeBytes() {
        return Integer.toUnsignedLong(head.get(U32, SIZE));
    }
}
