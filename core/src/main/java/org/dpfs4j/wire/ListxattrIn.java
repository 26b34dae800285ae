package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U32;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** LISTXATTR: {@code struct fuse_getxattr_in}. Valid until the reply is sent. */
public final class ListxattrIn extends Request {
    /** 8 bytes. */
    public static final StructLayout LAYOUT = GetxattrIn.LAYOUT;

    /** What follows the structure. */
    public static final Tail TAIL = Tail.NONE;

    private static final long SIZE = BODY + at(LAYOUT, "size");

    /** A view of the request in {@code head}, which begins with the header. */
    public ListxattrIn(MemorySegment head) {
        super(head);
    }

    /** Room for the names in bytes; 0 asks for their size. */
    public long sizeBytes() {
        return Integer.toUnsignedLong(head.get(U32, SIZE));
    }
}
