package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U32;
import static org.dpfs4j.wire.Wire.U64;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** READDIR and READDIRPLUS: {@code struct fuse_read_in}. Valid until the reply is sent. */
public final class ReaddirIn extends Request {
    /** 40 bytes. */
    public static final StructLayout LAYOUT = ReadIn.LAYOUT;

    /** What follows the structure. */
    public static final Tail TAIL = Tail.NONE;

    private static final long FH = BODY + at(LAYOUT, "fh");
    private static final long OFFSET = BODY + at(LAYOUT, "offset");
    private static final long SIZE = BODY + at(LAYOUT, "size");
    private static final long FLAGS = BODY + at(LAYOUT, "flags");

    /** A view of the request in {@code head}, which begins with the header. */
    public ReaddirIn(MemorySegment head) {
        super(head);
    }

    /** The handle that OPENDIR answered. */
    public long handle() {
        return head.get(U64, FH);
    }

    /** Where to go on: 0, or the cookie of the last entry seen, as a {@link Dirent} carried it; may be forged. */
    public long cookie() {
        return head.get(U64, OFFSET);
    }

    /** The most bytes to answer. */
    public long sizeBytes() {
        return Integer.toUnsignedLong(head.get(U32, SIZE));
    }

    /** The open flags of the file, in the guest's ABI: see {@link OpenFlags#toServer}. */
    public int flags() {
        return head.get(U32, FLAGS);
    }
}
