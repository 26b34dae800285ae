package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U32;
import static org.dpfs4j.wire.Wire.U64;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * SETATTR: {@code struct fuse_setattr_in}. A field counts only when its bit is in {@link #valid()}. Valid until the
 * reply is sent.
 */
public final class SetattrIn extends Request {
    /** 88 bytes. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
            U32.withName("valid"),
            U32.withName("padding"),
            U64.withName("fh"),
            U64.withName("size"),
            U64.withName("lock_owner"),
            U64.withName("atime"),
            U64.withName("mtime"),
            U64.withName("ctime"),
            U32.withName("atimensec"),
            U32.withName("mtimensec"),
            U32.withName("ctimensec"),
            U32.withName("mode"),
            U32.withName("unused4"),
            U32.withName("uid"),
            U32.withName("gid"),
            U32.withName("unused5"));

    /** What follows the structure. */
    public static final Tail TAIL = Tail.NONE;

    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long VALID = BODY + at(LAYOUT, "valid");
    private static final long FH = BODY + at(LAYOUT, "fh");
    private static final long SIZE = BODY + at(LAYOUT, "size");
    private static final long LOCK_OWNER = BODY + at(LAYOUT, "lock_owner");
    private static final long ATIME = BODY + at(LAYOUT, "atime");
    private static final long ATIMENSEC = BODY + at(LAYOUT, "atimensec");
    private static final long MTIME = BODY + at(LAYOUT, "mtime");
    private static final long MTIMENSEC = BODY + at(LAYOUT, "mtimensec");
    private static final long CTIME = BODY + at(LAYOUT, "ctime");
    private static final long CTIMENSEC = BODY + at(LAYOUT, "ctimensec");
    private static final long MODE = BODY + at(LAYOUT, "mode");
    private static final long UID = BODY + at(LAYOUT, "uid");
    private static final long GID = BODY + at(LAYOUT, "gid");

    /** A view of the request in {@code head}, which begins with the header. */
    public SetattrIn(MemorySegment head) {
        super(head);
    }

    /** The fields that are set ({@link SetattrValid}). */
    public int valid() {
        return head.get(U32, VALID);
    }

    /** Whether one of these bits of {@link SetattrValid} is set. */
    public boolean sets(int bits) {
        return (valid() & bits) != 0;
    }

    /** The handle that OPEN, OPENDIR or CREATE answered. */
    public long handle() {
        return head.get(U64, FH);
    }

    /** The new size in bytes; negative means 2^63 or more. */
    public long sizeBytes() {
        return head.get(U64, SIZE);
    }

    /** Identifies the owner of POSIX locks in the guest; opaque. */
    public long lockOwner() {
        return head.get(U64, LOCK_OWNER);
    }

    /** The access time in seconds since 1970, may be negative. */
    public long atimeSeconds() {
        return head.get(U64, ATIME);
    }

    /** The nanoseconds of the access time; hostile, see {@link #timesAreValid()}. */
    public long atimeNanos() {
        return Integer.toUnsignedLong(head.get(U32, ATIMENSEC));
    }

    /** The modification time in seconds since 1970, may be negative. */
    public long mtimeSeconds() {
        return head.get(U64, MTIME);
    }

    /** The nanoseconds of the modification time; hostile, see {@link #timesAreValid()}. */
    public long mtimeNanos() {
        return Integer.toUnsignedLong(head.get(U32, MTIMENSEC));
    }

    /** The change time in seconds since 1970, may be negative. */
    public long ctimeSeconds() {
        return head.get(U64, CTIME);
    }

    /** The nanoseconds of the change time; hostile, see {@link #timesAreValid()}. */
    public long ctimeNanos() {
        return Integer.toUnsignedLong(head.get(U32, CTIMENSEC));
    }

    /**
     * Whether the nanoseconds of every time set are below one second: larger values mean "now" and "omit" to utimensat.
     */
    public boolean timesAreValid() {
        return (!sets(SetattrValid.ATIME) || atimeNanos() < NANOS_PER_SECOND)
                && (!sets(SetattrValid.MTIME) || mtimeNanos() < NANOS_PER_SECOND)
                && (!sets(SetattrValid.CTIME) || ctimeNanos() < NANOS_PER_SECOND);
    }

    /** The new mode ({@link Mode}). */
    public int mode() {
        return head.get(U32, MODE);
    }

    /** The new owner, as an unsigned bit pattern. */
    public int ownerUid() {
        return head.get(U32, UID);
    }

    /** The new group, as an unsigned bit pattern. */
    public int ownerGid() {
        return head.get(U32, GID);
    }
}
