package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U32;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * INIT: {@code struct fuse_init_in}. A guest before 7.36 sends only its first {@link #COMPAT_BYTES} bytes. Valid until
 * the reply is sent.
 */
public final class InitIn extends Request {
    /** The long form, 64 bytes. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
            U32.withName("major"),
            U32.withName("minor"),
            U32.withName("max_readahead"),
            U32.withName("flags"),
            U32.withName("flags2"),
            MemoryLayout.sequenceLayout(11, U32).withName("unused"));

    /** Size in bytes of the short form, without {@code flags2}. */
    public static final int COMPAT_BYTES = 16;

    /** What follows the structure. */
    public static final Tail TAIL = Tail.NONE;

    private static final long MAJOR = BODY + at(LAYOUT, "major");
    private static final long MINOR = BODY + at(LAYOUT, "minor");
    private static final long MAX_READAHEAD = BODY + at(LAYOUT, "max_readahead");
    private static final long FLAGS2 = BODY + at(LAYOUT, "flags2");
    private static final long FLAGS = BODY + at(LAYOUT, "flags");

    /** A view of the request in {@code head}, which begins with the header. */
    public InitIn(MemorySegment head) {
        super(head);
    }

    /** The protocol version of the guest, 7 for every Linux. */
    public int major() {
        return head.get(U32, MAJOR);
    }

    /** The minor protocol version of the guest. */
    public int minor() {
        return head.get(U32, MINOR);
    }

    /** The most the guest reads ahead, in bytes. */
    public long maxReadaheadBytes() {
        return Integer.toUnsignedLong(head.get(U32, MAX_READAHEAD));
    }

    /** What the guest offers ({@link InitFlags}); the upper half is 0 unless the guest sent it. */
    public long flags() {
        long low = Integer.toUnsignedLong(head.get(U32, FLAGS));
        if ((low & InitFlags.INIT_EXT) == 0 || lengthBytes() < FLAGS2 + U32.byteSize()) {
            return low;
        }
        return low | ((long) head.get(U32, FLAGS2) << Integer.SIZE);
    }
}
