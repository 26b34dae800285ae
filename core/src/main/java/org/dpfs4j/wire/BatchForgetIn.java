package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U32;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * BATCH_FORGET: {@code struct fuse_batch_forget_in}, then {@link ForgetOne} entries. No reply. Valid until the exchange
 * is given back.
 */
public final class BatchForgetIn extends Request {
    /** 8 bytes. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(U32.withName("count"), U32.withName("dummy"));

    /** What follows the structure. */
    public static final Tail TAIL = Tail.FORGETS;

    private static final long COUNT = BODY + at(LAYOUT, "count");
    private static final long ENTRIES = BODY + LAYOUT.byteSize();
    private static final long ENTRY_BYTES = ForgetOne.LAYOUT.byteSize();

    /** A view of the request in {@code head}, which begins with the header. */
    public BatchForgetIn(MemorySegment head) {
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

    /** The node that entry {@code index} forgets. */
    public long forgottenNode(int index) {
        return ForgetOne.nodeId(head, entry(index));
    }

    /** How many lookups entry {@code index} takes back, at most {@link Long#MAX_VALUE}. */
    public long lookups(int index) {
        return ForgetOne.lookups(head, entry(index));
    }

    private long entry(int index) {
        assert index >= 0 && index < entriesPresent();
        return ENTRIES + index * ENTRY_BYTES;
    }
}
