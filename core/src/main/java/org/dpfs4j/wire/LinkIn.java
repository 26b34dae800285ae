package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U64;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * LINK: {@code struct fuse_link_in}, then the new name in the directory {@link #nodeId()}. Valid until the reply is
 * sent.
 */
public final class LinkIn extends Request {
    /** 8 bytes. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(U64.withName("oldnodeid"));

    /** What follows the structure. */
    public static final Tail TAIL = Tail.NAME;

    /** Where the request names the linked node, see {@link Request#idAt}. */
    public static final long OLD_NODE_ID = BODY + at(LAYOUT, "oldnodeid");

    private final Name name;

    /** A view of the request in {@code head}, which begins with the header. */
    public LinkIn(MemorySegment head) {
        super(head);
        name = new Name(head, BODY + LAYOUT.byteSize());
    }

    /** The node that gets a further name. */
    public long oldNodeId() {
        return head.get(U64, OLD_NODE_ID);
    }

    /** The new entry's name. */
    public Name name() {
        return name;
    }
}
