package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U32;
import static org.dpfs4j.wire.Wire.U64;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** RELEASE and RELEASEDIR: {@code struct fuse_release_in}. Valid until the reply is sent. */
public final class ReleaseIn extends Request {
    /** 24 bytes. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
            U64.withName("fh"), U32.withName("flags"), U32.withName("release_flags"), U64.withName("lock_owner"));

    /** What follows the structure. */
    public static final Tail TAIL = Tail.NONE;

    /** {@code FUSE_RELEASE_FLUSH}. */
    static final int FLUSH = 1;

    /** {@code FUSE_RELEASE_FLOCK_UNLOCK}. */
    static final int FLOCK_UNLOCK = 1 << 1;

    private static final long FH = BODY + at(LAYOUT, "fh");
    private static final long FLAGS = BODY + at(LAYOUT, "flags");
    private static final long RELEASE_FLAGS = BODY + at(LAYOUT, "release_flags");
    private static final long LOCK_OWNER = BODY + at(LAYOUT, "lock_owner");

    /** A view of the request in {@code head}, which begins with the header. */
    public ReleaseIn(MemorySegment head) {
        super(head);
    }

    /** The handle that OPEN, OPENDIR or CREATE answered. */
    public long handle() {
        return head.get(U64, FH);
    }

    /** The open flags of the file, in the guest's ABI: see {@link OpenFlags#toServer}. */
    public int flags() {
        return head.get(U32, FLAGS);
    }

    /** The server shall flush as for FLUSH. */
    public boolean flushes() {
        return (head.get(U32, RELEASE_FLAGS) & FLUSH) != 0;
    }

    /** The server shall drop the flock lock of {@link #lockOwner()}. */
    public boolean unlocksFlock() {
        return (head.get(U32, RELEASE_FLAGS) & FLOCK_UNLOCK) != 0;
    }

    /** Identifies the owner of POSIX locks in the guest; opaque. */
    public long lockOwner() {
        return head.get(U64, LOCK_OWNER);
    }
}
