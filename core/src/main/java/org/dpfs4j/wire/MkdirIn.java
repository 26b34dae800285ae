package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U32;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * MKDIR: {@code struct fuse_mkdir_in}, then the name in the directory {@link #nodeId()}. Valid until the reply is sent.
 */
public final class MkdirIn extends Request {
    /** 8 bytes. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(U32.withName("mode"), U32.withName("umask"));

    /** What follows the structure. */
    public static final Tail TAIL = Tail.NAME_EXTENSIONS;

    private static final long MODE = BODY + at(LAYOUT, "mode");
    private static final long UMASK = BODY + at(LAYOUT, "umask");

    private final Name name;
    private final Extensions extensions;

    /** A view of the request in {@code head}, which begins with the header. */
    public MkdirIn(MemorySegment head) {
        super(head);
        name = new Name(head, BODY + LAYOUT.byteSize());
        extensions = new Extensions(head, name);
    }

    /** Permissions of the new directory ({@link Mode}). */
    public int mode() {
        return head.get(U32, MODE);
    }

    /** The caller's umask; already applied to the mode unless {@code DONT_MASK} was negotiated. */
    public int umask() {
        return head.get(U32, UMASK);
    }

    /** The new entry's name. */
    public Name name() {
        return name;
    }

    /** What a guest that negotiated extensions sends behind the names. */
    public Extensions extensions() {
        return extensions;
    }
}
