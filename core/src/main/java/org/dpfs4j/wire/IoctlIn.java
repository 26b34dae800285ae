package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U32;
import static org.dpfs4j.wire.Wire.U64;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** IOCTL: {@code struct fuse_ioctl_in}, then the input data. Valid until the reply is sent. */
public final class IoctlIn extends Request {
    /** 32 bytes. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
            U64.withName("fh"),
            U32.withName("flags"),
            U32.withName("cmd"),
            U64.withName("arg"),
            U32.withName("in_size"),
            U32.withName("out_size"));

    /** What follows the structure. */
    public static final Tail TAIL = Tail.DATA;

    private static final long FH = BODY + at(LAYOUT, "fh");
    private static final long FLAGS = BODY + at(LAYOUT, "flags");
    private static final long CMD = BODY + at(LAYOUT, "cmd");
    private static final long ARG = BODY + at(LAYOUT, "arg");
    private static final long IN_SIZE = BODY + at(LAYOUT, "in_size");
    private static final long OUT_SIZE = BODY + at(LAYOUT, "out_size");

    /** A view of the request in {@code head}, which begins with the header. */
    public IoctlIn(MemorySegment head) {
        super(head);
    }

    /** The handle that OPEN, OPENDIR or CREATE answered. */
    public long handle() {
        return head.get(U64, FH);
    }

    /** How the guest sends it ({@link IoctlFlags}). */
    public int flags() {
        return head.get(U32, FLAGS);
    }

    /** The number of the ioctl. */
    public int command() {
        return head.get(U32, CMD);
    }

    /** The argument as the caller passed it: a number, or an address of the guest that means nothing here. */
    public long argument() {
        return head.get(U64, ARG);
    }

    /** How many bytes of input follow. */
    public long inBytes() {
        return Integer.toUnsignedLong(head.get(U32, IN_SIZE));
    }

    /** The most bytes of output to answer. */
    public long outBytes() {
        return Integer.toUnsignedLong(head.get(U32, OUT_SIZE));
    }
}
