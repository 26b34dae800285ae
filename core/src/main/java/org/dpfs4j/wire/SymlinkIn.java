package org.dpfs4j.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * SYMLINK: the name in the directory {@link #nodeId()}, then the target; no structure. Valid until the reply is sent.
 */
public final class SymlinkIn extends Request {
    /** No structure: the names follow the header. */
    public static final StructLayout LAYOUT = NO_BODY;

    /** What follows the structure. */
    public static final Tail TAIL = Tail.NAME_TARGET_EXTENSIONS;

    private final Name name;
    private final Name target;
    private final Extensions extensions;

    /** A view of the request in {@code head}, which begins with the header. */
    public SymlinkIn(MemorySegment head) {
        super(head);
        name = new Name(head, BODY + LAYOUT.byteSize());
        target = new Name(head, name);
        extensions = new Extensions(head, target);
    }

    /** The new entry's name. */
    public Name name() {
        return name;
    }

    /** What the symbolic link points to: any bytes, never resolved by the server. */
    public Name target() {
        return target;
    }

    /** What a guest that negotiated extensions sends behind the names. */
    public Extensions extensions() {
        return extensions;
    }
}
