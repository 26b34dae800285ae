package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U32;
import static org.dpfs4j.wire.Wire.U64;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * REMOVEMAPPING: {@code struct fuse_removemapping_in}, then {@code struct fuse_removemapping_one} entries. Valid until
 * the reply is sent.
 */
public final class RemovemappingIn extends Request {
    /** 4 bytes. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(U32.withName("count"));

    /** An entry, {@code struct fuse_removemapping_one}: 16 bytes. */
    static final StructLayout ONE = MemoryLayout.structLayout(U64.withName("moffset"), U64.withName("len"));

    /** What follows the structure. */
    public static final Tail TAIL = Tail.MAPPINGS;

    private static final long COUNT = BODY + at(LAYOUT, "count");
    private static final long ENTRIES = BODY + LAYOUT.byteSize();
    private static final long ENTRY_BYTES = ONE.byteSize();
    private static final long MOFFSET = at(ONE, "moffset");
    private static final long LEN = at(ONE, "len");

    /** A view of the request in {@code head}, which begins with the header. */
    public RemovemappingIn(MemorySegment head) {
        super(head);
    }

    /** How many entries the guest says it sends; hostile. */
    public long count() {
        return Integer.toUnsignedLong(head.get(U32, COUNT));
    }

    /** How many entries to walk: what {@link #count()} says, but no more than lie inside the request. */
    public int entriesPresent() {
        long room = Math.min(lengthBytes(), head.byteSize()) - ENTRIES;
        return (int) Math.min(count(), Math.max(0, room) / ENTRY_BYTES);
    }

    /** Where in the window mapping {@code index} begins, in bytes; negative means 2^63 or more. */
    public long windowOffset(int index) {
        return head.get(U64, entry(index) + MOFFSET);
    }

    /** Length of mapping {@code index} in bytes; negative means 2^63 or more. */
    public long rangeBytes(int index) {
        return head.get(U64, entry(index) + LEN);
    }

    private long entry(int index) {
        assert index >= 0 && index < entriesPresent();
        return ENTRIES + index * ENTRY_BYTES;
    }
}
