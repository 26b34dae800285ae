package org.dpfs4j.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * LOOKUP, UNLINK and RMDIR: an entry's name in the directory {@link #nodeId()}, no structure. Valid until the reply is
 * sent.
 */
public final class NameIn extends Request {
    /** No structure: the name follows the header. */
    public static final StructLayout LAYOUT = NO_BODY;

    /** What follows the structure. */
    public static final Tail TAIL = Tail.NAME;

    private final Name name;

    /** A view of the request in {@code head}, which begins with the header. */
    public NameIn(MemorySegment head) {
        super(head);
        name = new Name(head, BODY + LAYOUT.byteSize());
    }

    /** The entry's name. */
    public Name name() {
        return name;
    }
}
