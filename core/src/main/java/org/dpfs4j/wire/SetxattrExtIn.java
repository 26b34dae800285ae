package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U32;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * SETXATTR after {@code SETXATTR_EXT} was negotiated: the whole {@code struct fuse_setxattr_in}. Valid until the reply
 * is sent.
 */
public final class SetxattrExtIn extends SetxattrIn {
    /** 16 bytes; it begins like {@link SetxattrIn#LAYOUT}. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
            U32.withName("size"), U32.withName("flags"), U32.withName("setxattr_flags"), U32.withName("padding"));

    /** What follows the structure. */
    public static final Tail TAIL = Tail.XATTR_NAME_VALUE;

    /** {@code FUSE_SETXATTR_ACL_KILL_SGID}. */
    static final int ACL_KILL_SGID = 1;

    private static final long SETXATTR_FLAGS = BODY + at(LAYOUT, "setxattr_flags");

    /** A view of the request in {@code head}, which begins with the header. */
    public SetxattrExtIn(MemorySegment head) {
        super(head, LAYOUT.byteSize());
    }

    @Override
    public boolean clearsSgid() {
        return (head.get(U32, SETXATTR_FLAGS) & ACL_KILL_SGID) != 0;
    }
}
