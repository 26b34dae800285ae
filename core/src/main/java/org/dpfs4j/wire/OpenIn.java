package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U32;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** OPEN and OPENDIR: {@code struct fuse_open_in}. Valid until the reply is sent. */
public final class OpenIn extends Request {
    /** 8 bytes. */
    public static final StructLayout LAYOUT =
            MemoryLayout.structLayout(U32.withName("flags"), U32.withName("open_flags"));

    /** What follows the structure. */
    public static final Tail TAIL = Tail.NONE;

    /** {@code FUSE_OPEN_KILL_SUIDGID}. */
    static final int KILL_SUIDGID = 1;

    private static final long FLAGS = BODY + at(LAYOUT, "flags");
    private static final long OPEN_FLAGS = BODY + at(LAYOUT, "open_flags");

    /** A view of the request in {@code head}, which begins with the header. */
    public OpenIn(MemorySegment head) {
        super(head);
    }

    /** The open flags in the guest's ABI, without O_CREAT, O_EXCL and O_NOCTTY: see {@link OpenFlags#toServer}. */
    public int flags() {
        return head.get(U32, FLAGS);
    }

    /** The server shall clear set-user-id and set-group-id bits (guest negotiated {@code HANDLE_KILLPRIV_V2}). */
    public boolean killsSetIds() {
        return (head.get(U32, OPEN_FLAGS) & KILL_SUIDGID) != 0;
    }
}
