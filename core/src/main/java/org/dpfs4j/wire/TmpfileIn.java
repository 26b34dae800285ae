package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U32;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * TMPFILE: {@code struct fuse_create_in}, then a name without meaning; the file gets no entry in {@link #nodeId()}.
 * Valid until the reply is sent.
 */
public final class TmpfileIn extends Request {
    /** 16 bytes. */
    public static final StructLayout LAYOUT = CreateIn.LAYOUT;

    /** What follows the structure. */
    public static final Tail TAIL = Tail.IGNORED_NAME_EXTENSIONS;

    private static final long FLAGS = BODY + at(LAYOUT, "flags");
    private static final long MODE = BODY + at(LAYOUT, "mode");
    private static final long UMASK = BODY + at(LAYOUT, "umask");
    private static final long OPEN_FLAGS = BODY + at(LAYOUT, "open_flags");

    private final Extensions extensions;

    /** A view of the request in {@code head}, which begins with the header. */
    public TmpfileIn(MemorySegment head) {
        super(head);
        extensions = new Extensions(head, new Name(head, BODY + LAYOUT.byteSize()));
    }

    /** The open flags in the guest's ABI: see {@link OpenFlags#toServer}. */
    public int flags() {
        return head.get(U32, FLAGS);
    }

    /** Type and permissions of the new file ({@link Mode}). */
    public int mode() {
        return head.get(U32, MODE);
    }

    /** The caller's umask; already applied to the mode unless {@code DONT_MASK} was negotiated. */
    public int umask() {
        return head.get(U32, UMASK);
    }

    /** The server shall clear set-user-id and set-group-id bits (guest negotiated {@code HANDLE_KILLPRIV_V2}). */
    public boolean killsSetIds() {
        return (head.get(U32, OPEN_FLAGS) & OpenIn.KILL_SUIDGID) != 0;
    }

    /** What a guest that negotiated extensions sends behind the names. */
    public Extensions extensions() {
        return extensions;
    }
}
