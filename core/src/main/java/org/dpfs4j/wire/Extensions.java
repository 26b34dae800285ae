package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U32;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * What a guest sends behind the names when it creates something: a security context ({@link InitFlags#SECURITY_CTX})
 * and the one group of the caller that is the parent's ({@link InitFlags#CREATE_SUPP_GROUP}). Everything in it is
 * hostile. Valid until the reply is sent.
 *
 * <pre>
 *   fuse_ext_header: size, type           size counts the header and ends at a multiple of 8
 *     type 0..31   fuse_secctx_header     type = number of contexts, of which Linux sends at most one:
 *                    fuse_secctx: size, padding | name NUL | value of size bytes
 *     type 32      fuse_supp_groups: nr_groups, groups[]
 * </pre>
 */
public final class Extensions {
    /** {@code struct fuse_ext_header}. */
    static final StructLayout HEADER = MemoryLayout.structLayout(U32.withName("size"), U32.withName("type"));
    /** {@code struct fuse_secctx_header}. */
    static final StructLayout SECURITY_HEADER =
            MemoryLayout.structLayout(U32.withName("size"), U32.withName("nr_secctx"));
    /** {@code struct fuse_secctx}. */
    static final StructLayout SECURITY = MemoryLayout.structLayout(U32.withName("size"), U32.withName("padding"));
    /** {@code struct fuse_supp_groups} without its groups. */
    static final StructLayout GROUPS = MemoryLayout.structLayout(U32.withName("nr_groups"));
    /** {@code FUSE_MAX_NR_SECCTX}. */
    static final int SECURITY_CONTEXTS_MAX = 31;
    /** {@code FUSE_EXT_GROUPS}. */
    static final int TYPE_GROUPS = 32;

    private static final int UNIT_BYTES = 8;
    private static final long SIZE = at(HEADER, "size");
    private static final long TYPE = at(HEADER, "type");
    private static final long NONE = -1;

    private final Request request;
    private final Name lastName;

    Extensions(MemorySegment head, Name lastName) {
        this.request = new Request(head);
        this.lastName = lastName;
    }

    /**
     * Whether every extension lies inside the request with all that it declares, none is unknown or comes twice, and
     * nothing is left over. No extension at all is well formed. Only then the other methods may be called.
     */
    public boolean wellFormed() {
        long end = end();
        long position = lastName.end();
        if (request.extensionBytes() != 0 && position + request.extensionBytes() != end) {
            return false;
        }
        boolean security = false;
        boolean groups = false;
        while (position < end) {
            long size = sizeAt(position, end);
            if (size == NONE) {
                return false;
            }
            long type = unsigned(position + TYPE);
            if (type == TYPE_GROUPS) {
                if (groups || !groupsFit(position, size)) {
                    return false;
                }
                groups = true;
            } else {
                if (security || type > SECURITY_CONTEXTS_MAX || !contextFits(position, size, (int) type)) {
                    return false;
                }
                security = true;
            }
            position += size;
        }
        return true;
    }

    /** The caller's group that the parent directory has, as an unsigned number, or -1 when the guest sent none. */
    public long suppGroup() {
        long extension = find(false);
        if (extension == NONE || unsigned(extension + HEADER.byteSize()) == 0) {
            return NONE;
        }
        return unsigned(extension + HEADER.byteSize() + GROUPS.byteSize());
    }

    /** Whether the guest sent a security context for the new file. */
    public boolean hasSecurityContext() {
        long extension = find(true);
        return extension != NONE && unsigned(extension + TYPE) != 0;
    }

    /** The name of the security context's extended attribute, as in {@code security.selinux}. */
    public Name securityName() {
        return new Name(request.head, securityNameStart());
    }

    /** Absolute address of the security context's value. */
    public long securityValueAddress() {
        return request.head.address() + securityName().end();
    }

    /** Size of the security context's value in bytes. */
    public long securityValueBytes() {
        return unsigned(securityNameStart() - SECURITY.byteSize());
    }

    private long securityNameStart() {
        assert hasSecurityContext();
        return find(true) + SECURITY_HEADER.byteSize() + SECURITY.byteSize();
    }

    /** Offset of the security or the group extension, or -1. */
    private long find(boolean security) {
        long end = end();
        long position = lastName.end();
        while (position < end) {
            long size = sizeAt(position, end);
            if (size == NONE) {
                return NONE;
            }
            if ((unsigned(position + TYPE) <= SECURITY_CONTEXTS_MAX) == security) {
                return position;
            }
            position += size;
        }
        return NONE;
    }

    /** Size in bytes of the extension at {@code position}, a multiple of 8 and at least 8, or -1 when it is none. */
    private long sizeAt(long position, long end) {
        if (end - position < HEADER.byteSize()) {
            return NONE;
        }
        long size = unsigned(position + SIZE);
        boolean valid = size >= HEADER.byteSize() && size % UNIT_BYTES == 0 && size <= end - position;
        return valid ? size : NONE;
    }

    private boolean groupsFit(long extension, long size) {
        long room = size - HEADER.byteSize() - GROUPS.byteSize();
        return room >= 0 && unsigned(extension + HEADER.byteSize()) <= room / U32.byteSize();
    }

    private boolean contextFits(long extension, long size, int contexts) {
        if (contexts == 0) {
            return true;
        }
        long name = extension + SECURITY_HEADER.byteSize() + SECURITY.byteSize();
        long end = extension + size;
        if (contexts > 1 || name > end) {
            return false;
        }
        long value = Tail.XATTR_NAME.endOfNames(request.head, name, end);
        return value != NONE && unsigned(name - SECURITY.byteSize()) <= end - value;
    }

    private long unsigned(long offset) {
        return Integer.toUnsignedLong(request.head.get(U32, offset));
    }

    private long end() {
        return Math.min(request.lengthBytes(), request.head.byteSize());
    }
}
