package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U64;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * SETUPMAPPING: {@code struct fuse_setupmapping_in}: shows a part of a file in the shared memory window. Valid until
 * the reply is sent.
 */
public final class SetupmappingIn extends Request {
    /** 40 bytes. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
            U64.withName("fh"),
            U64.withName("foffset"),
            U64.withName("len"),
            U64.withName("flags"),
            U64.withName("moffset"));

    /** What follows the structure. */
    public static final Tail TAIL = Tail.NONE;

    /** {@code FUSE_SETUPMAPPING_FLAG_WRITE}. */
    static final long WRITE = 1;

    /** {@code FUSE_SETUPMAPPING_FLAG_READ}. */
    static final long READ = 1 << 1;

    private static final long FH = BODY + at(LAYOUT, "fh");
    private static final long FOFFSET = BODY + at(LAYOUT, "foffset");
    private static final long LEN = BODY + at(LAYOUT, "len");
    private static final long FLAGS = BODY + at(LAYOUT, "flags");
    private static final long MOFFSET = BODY + at(LAYOUT, "moffset");

    /** A view of the request in {@code head}, which begins with the header. */
    public SetupmappingIn(MemorySegment head) {
        super(head);
    }

    /** The handle that OPEN, OPENDIR or CREATE answered. */
    public long handle() {
        return head.get(U64, FH);
    }

    /** Where in the file, in bytes; negative means 2^63 or more. */
    public long fileOffset() {
        return head.get(U64, FOFFSET);
    }

    /** Length of the mapping in bytes; negative means 2^63 or more. */
    public long rangeBytes() {
        return head.get(U64, LEN);
    }

    /** Whether the guest may write. */
    public boolean writable() {
        return (head.get(U64, FLAGS) & WRITE) != 0;
    }

    /** Whether the guest may read. */
    public boolean readable() {
        return (head.get(U64, FLAGS) & READ) != 0;
    }

    /** Where in the window, in bytes; negative means 2^63 or more. */
    public long windowOffset() {
        return head.get(U64, MOFFSET);
    }
}
