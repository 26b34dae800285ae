package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U32;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** Reply of POLL: {@code struct fuse_poll_out}. */
public final class PollOut extends Struct {
    /** 8 bytes. */
    public static final StructLayout LAYOUT =
            MemoryLayout.structLayout(U32.withName("revents"), U32.withName("padding"));

    /** Size in bytes. */
    public static final int BYTES = 8;

    private static final long REVENTS = at(LAYOUT, "revents");

    /** The structure at {@code offset} of {@code memory}. */
    public PollOut(MemorySegment memory, long offset) {
        super(memory, offset, LAYOUT);
    }

    /** The events of poll(2) that hold. */
    public int events() {
        return getInt(REVENTS);
    }

    /** Fills {@link #events()}. */
    public PollOut events(int events) {
        putInt(REVENTS, events);
        return this;
    }
}
