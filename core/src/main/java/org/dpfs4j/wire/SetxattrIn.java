package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U32;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * SETXATTR: the first 8 bytes of {@code struct fuse_setxattr_in}, then the attribute's name and its value. Whether the
 * body is this one or {@link SetxattrExtIn} follows only from the negotiated flags. Valid until the reply is sent.
 */
public sealed class SetxattrIn extends Request permits SetxattrExtIn {
    /** 8 bytes: the kernel's structure up to {@code FUSE_COMPAT_SETXATTR_IN_SIZE}. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(U32.withName("size"), U32.withName("flags"));

    /** What follows the structure. */
    public static final Tail TAIL = Tail.XATTR_NAME_VALUE;

    private static final long SIZE = BODY + at(LAYOUT, "size");
    private static final long FLAGS = BODY + at(LAYOUT, "flags");

    private final Name name;

    /** A view of the request in {@code head}, which begins with the header. */
    public SetxattrIn(MemorySegment head) {
        this(head, LAYOUT.byteSize());
    }

    SetxattrIn(MemorySegment head, long bodyBytes) {
        super(head);
        name = new Name(head, BODY + bodyBytes);
    }

    /** The attribute's name with its prefix, as in {@code user.comment}. */
    public final Name name() {
        return name;
    }

    /** Size of the value in bytes, as the guest says. */
    public final long valueBytes() {
        return Integer.toUnsignedLong(head.get(U32, SIZE));
    }

    /** Whether {@link #valueBytes()} bytes follow the name inside the request. */
    public final boolean valueIsPresent() {
        return valueBytes() <= Math.min(lengthBytes(), head.byteSize()) - name.end();
    }

    /** Absolute address of the value's first byte. */
    public final long valueAddress() {
        return head.address() + name.end();
    }

    /** Whether the attribute must be new or must exist ({@link XattrFlags}). */
    public final int flags() {
        return head.get(U32, FLAGS);
    }

    /** The server shall clear the set-group-id bit with this access control list; false for a guest that cannot ask. */
    public boolean clearsSgid() {
        return false;
    }
}
