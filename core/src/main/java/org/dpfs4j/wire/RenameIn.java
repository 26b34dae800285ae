package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U64;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * RENAME: {@code struct fuse_rename_in}, then the name in the directory {@link #nodeId()} and the new name. RENAME2 is
 * the same with flags, so a file system needs one method for both. Valid until the reply is sent.
 */
public sealed class RenameIn extends Request permits Rename2In {
    /** 8 bytes. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(U64.withName("newdir"));

    /** What follows the structure. */
    public static final Tail TAIL = Tail.NAME_NAME;

    /** Where the request names the new parent, see {@link Request#idAt}. */
    public static final long NEW_PARENT_ID = BODY + at(LAYOUT, "newdir");

    private final Name name;
    private final Name newName;

    /** A view of the request in {@code head}, which begins with the header. */
    public RenameIn(MemorySegment head) {
        this(head, LAYOUT.byteSize());
    }

    RenameIn(MemorySegment head, long bodyBytes) {
        super(head);
        name = new Name(head, BODY + bodyBytes);
        newName = new Name(head, name);
    }

    /** The directory of the new name. */
    public final long newParentId() {
        return head.get(U64, NEW_PARENT_ID);
    }

    /** How to rename ({@link RenameFlags}), 0 for RENAME. */
    public int flags() {
        return 0;
    }

    /** The entry's name in the directory {@link #nodeId()}. */
    public final Name name() {
        return name;
    }

    /** The name it shall have in {@link #newParentId()}. */
    public final Name newName() {
        return newName;
    }
}
