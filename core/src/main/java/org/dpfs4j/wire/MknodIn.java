package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U32;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * MKNOD: {@code struct fuse_mknod_in}, then the name in the directory {@link #nodeId()}. Valid until the reply is sent.
 */
public final class MknodIn extends Request {
    /** 16 bytes. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
            U32.withName("mode"), U32.withName("rdev"), U32.withName("umask"), U32.withName("padding"));

    /** What follows the structure. */
    public static final Tail TAIL = Tail.NAME_EXTENSIONS;

    private static final long MODE = BODY + at(LAYOUT, "mode");
    private static final long RDEV = BODY + at(LAYOUT, "rdev");
    private static final long UMASK = BODY + at(LAYOUT, "umask");

    private final Name name;
    private final Extensions extensions;

    /** A view of the request in {@code head}, which begins with the header. */
    public MknodIn(MemorySegment head) {
        super(head);
        name = new Name(head, BODY + LAYOUT.byteSize());
        extensions = new Extensions(head, name);
    }

    /** Type and permissions of the new node ({@link Mode}). */
    public int mode() {
        return head.get(U32, MODE);
    }

    /** The device of a character or block node, see {@link DeviceNumber}. */
    public int rdev() {
        return head.get(U32, RDEV);
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
