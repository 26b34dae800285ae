package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U32;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** GETXATTR: {@code struct fuse_getxattr_in}, then the attribute's name. Valid until the reply is sent. */
public final class GetxattrIn extends Request {
    /** 8 bytes. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(U32.withName("size"), U32.withName("padding"));

    /** What follows the structure. */
    public static final Tail TAIL = Tail.XATTR_NAME;

    private static final long SIZE = BODY + at(LAYOUT, "size");

    private final Name name;

    /** A view of the request in {@code head}, which begins with the header. */
    public GetxattrIn(MemorySegment head) {
        super(head);
        name = new Name(head, BODY + LAYOUT.byteSize());
    }

    /** Room for the value in bytes; 0 asks for its size. */
    public long sizeBytes() {
        return Integer.toUnsignedLong(head.get(U32, SIZE));
    }

    /** The attribute's name with its prefix, as in {@code user.comment}. */
    public Name name() {
        return name;
    }
}
