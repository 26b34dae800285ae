package org.dpfs4j.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** REMOVEXATTR: the attribute's name, no structure. Valid until the reply is sent. */
public final class RemovexattrIn extends Request {
    /** No structure: the name follows the header. */
    public static final StructLayout LAYOUT = NO_BODY;

    /** What follows the structure. */
    public static final Tail TAIL = Tail.XATTR_NAME;

    private final Name name;

    /** A view of the request in {@code head}, which begins with the header. */
    public RemovexattrIn(MemorySegment head) {
        super(head);
        name = new Name(head, BODY + LAYOUT.byteSize());
    }

    /** The attribute's name with its prefix, as in {@code user.comment}. */
    public Name name() {
        return name;
    }
}
