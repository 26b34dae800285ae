package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U64;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** An entry of BATCH_FORGET, {@code struct fuse_forget_one}, read where it lies. */
public final class ForgetOne {
    /** 16 bytes. */
    public static final StructLayout LAYOUT =
            MemoryLayout.structLayout(U64.withName("nodeid"), U64.withName("nlookup"));

    private static final long NODEID = at(LAYOUT, "nodeid");
    private static final long NLOOKUP = at(LAYOUT, "nlookup");

    private ForgetOne() {}

    /** The node that the entry at {@code offset} forgets; may be forged. */
    public static long nodeId(MemorySegment memory, long offset) {
        return memory.get(U64, offset + NODEID);
    }

    /** How many lookups the entry at {@code offset} takes back, at most {@link Long#MAX_VALUE}. */
    public static long lookups(MemorySegment memory, long offset) {
        return clamped(memory.get(U64, offset + NLOOKUP));
    }

    /** An unsigned count that Java's signed arithmetic can subtract. */
    static long clamped(long lookups) {
        return lookups < 0 ? Long.MAX_VALUE : lookups;
    }
}
