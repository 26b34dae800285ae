package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U32;
import static org.dpfs4j.wire.Wire.U64;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** RENAME2: {@code struct fuse_rename2_in}, then the two names of {@link RenameIn}. Valid until the reply is sent. */
public final class Rename2In extends RenameIn {
    /** 16 bytes; it begins like {@link RenameIn#LAYOUT}. */
    public static final StructLayout LAYOUT =
            MemoryLayout.structLayout(U64.withName("newdir"), U32.withName("flags"), U32.withName("padding"));

    /** What follows the structure. */
    public static final Tail TAIL = Tail.NAME_NAME;

    private static final long FLAGS = BODY + at(LAYOUT, "flags");

    /** A view of the request in {@code head}, which begins with the header. */
    public Rename2In(MemorySegment head) {
        super(head, LAYOUT.byteSize());
    }

    @Override
    public int flags() {
        return head.get(U32, FLAGS);
    }
}
