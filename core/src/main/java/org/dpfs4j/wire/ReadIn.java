package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U32;
import static org.dpfs4j.wire.Wire.U64;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** READ: {@code struct fuse_read_in}. Valid until the reply is sent. */
public final class ReadIn extends Request {
    /** 40 bytes. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
            U64.withName("fh"),
            U64.withName("offset"),
            U32.withName("size"),
            U32.withName("read_flags"),
            U64.withName("lock_owner"),
            U32.withName("flags"),
            U32.withName("padding"));

    /** What follows the structure. */
    public static final Tail TAIL = Tail.NONE;

    /** {@code FUSE_READ_LOCKOWNER}. */
    static final int LOCK_OWNER_VALID = 1 << 1;

    private static final long FH = BODY + at(LAYOUT, "fh");
    private static final long OFFSET = BODY + at(LAYOUT, "offset");
    private static final long SIZE = BODY + at(LAYOUT, "size");
    private static final long READ_FLAGS = BODY + at(LAYOUT, "read_flags");
    private static final long LOCK_OWNER = BODY + at(LAYOUT, "lock_owner");
    private static final long FLAGS = BODY + at(LAYOUT, "flags");

    /** A view of the request in {@code head}, which begins with the header. */
    public ReadIn(MemorySegment head) {
        super(head);
    }

    /** The handle that OPEN, OPENDIR or CREATE answered. */
    public long handle() {
        return head.get(U64, FH);
    }

    /** Where in the file, in bytes; negative means 2^63 or more. */
    public long offset() {
        return head.get(U64, OFFSET);
    }

    /** The most bytes to answer. */
    public long sizeBytes() {
        return Integer.toUnsignedLong(head.get(U32, SIZE));
    }

    /** Whether {@link #lockOwner()} is meant. */
    public boolean hasLockOwner() {
        return (head.get(U32, READ_FLAGS) & LOCK_OWNER_VALID) != 0;
    }

    /** Identifies the owner of POSIX locks in the guest; opaque. */
    public long lockOwner() {
        return head.get(U64, LOCK_OWNER);
    }

    /** The open flags of the file, in the guest's ABI: see {@link OpenFlags#toServer}. */
    public int flags() {
        return head.get(U32, FLAGS);
    }
}
