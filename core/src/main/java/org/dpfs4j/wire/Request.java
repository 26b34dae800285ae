package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U16;
import static org.dpfs4j.wire.Wire.U32;
import static org.dpfs4j.wire.Wire.U64;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * The header of every request, {@code struct fuse_in_header}, and the whole request of READLINK, STATFS and DESTROY. A
 * view belongs to its memory and may be used again for every request that is put there. Valid until the reply is sent.
 *
 * <pre>
 *   0              40                                         lengthBytes()
 *   | header       | structure of the opcode | names, data … | extensions |
 * </pre>
 */
public class Request {
    /** {@code struct fuse_in_header}, 40 bytes. */
    public static final StructLayout HEADER = MemoryLayout.structLayout(
            U32.withName("len"),
            U32.withName("opcode"),
            U64.withName("unique"),
            U64.withName("nodeid"),
            U32.withName("uid"),
            U32.withName("gid"),
            U32.withName("pid"),
            U16.withName("total_extlen"),
            U16.withName("padding"));

    /** Where the opcode's own structure begins, in bytes. */
    public static final int BODY = 40;

    /** The structure of an opcode that has none. */
    public static final StructLayout NO_BODY = MemoryLayout.structLayout();

    private static final long LEN = at(HEADER, "len");
    private static final long OPCODE = at(HEADER, "opcode");
    private static final long UNIQUE = at(HEADER, "unique");
    /** Where the header names the node, see {@link #idAt}. */
    public static final long NODE_ID = at(HEADER, "nodeid");

    private static final long UID = at(HEADER, "uid");
    private static final long GID = at(HEADER, "gid");
    private static final long PID = at(HEADER, "pid");
    private static final long TOTAL_EXTLEN = at(HEADER, "total_extlen");
    private static final int EXTENSION_UNIT_BYTES = 8;

    /** The request from its header on. */
    final MemorySegment head;

    /** A view of the request in {@code head}, which begins with the header. */
    public Request(MemorySegment head) {
        this.head = head;
    }

    /** Length of the whole request in bytes, header included, as the guest says. */
    public final long lengthBytes() {
        return Integer.toUnsignedLong(head.get(U32, LEN));
    }

    /** What to do: a value of {@code enum fuse_opcode}, or anything. */
    public final int opcode() {
        return head.get(U32, OPCODE);
    }

    /** Names this request in its reply and in INTERRUPT. */
    public final long unique() {
        return head.get(U64, UNIQUE);
    }

    /** Whether the guest sent this request before and asks again, see {@link InitFlags#HAS_RESEND}. */
    public final boolean isResent() {
        return (unique() & Protocol.UNIQUE_RESENT) != 0;
    }

    /** The node id at {@code offset} of the snapshot: {@link #NODE_ID}, or where a request names a second node. */
    public final long idAt(long offset) {
        return head.get(U64, offset);
    }

    /** Changes the node id at {@code offset} of the snapshot: a router takes the mount out of it. */
    public final void idAt(long offset, long nodeId) {
        head.set(U64, offset, nodeId);
    }

    /** The node that the request is about; may be forged. */
    public final long nodeId() {
        return head.get(U64, NODE_ID);
    }

    /** User of the caller, as an unsigned bit pattern; {@link Protocol#INVALID_ID} reaches no system call. */
    public final int uid() {
        return head.get(U32, UID);
    }

    /** Group of the caller, as an unsigned bit pattern; {@link Protocol#INVALID_ID} reaches no system call. */
    public final int gid() {
        return head.get(U32, GID);
    }

    /** Process of the caller, in the guest; 0 when it is the guest's kernel. */
    public final int pid() {
        return head.get(U32, PID);
    }

    /** Length of the extensions at the end of the request in bytes, as the guest says; 0 from a guest before 7.38. */
    public final int extensionBytes() {
        return Short.toUnsignedInt(head.get(U16, TOTAL_EXTLEN)) * EXTENSION_UNIT_BYTES;
    }
}
