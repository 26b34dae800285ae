package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U32;
import static org.dpfs4j.wire.Wire.U64;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** Reply of GETATTR and SETATTR: {@code struct fuse_attr_out}. */
public final class AttrOut extends Struct {
    /** 104 bytes. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
            U64.withName("attr_valid"),
            U32.withName("attr_valid_nsec"),
            U32.withName("dummy"),
            Attr.LAYOUT.withName("attr"));

    /** Size in bytes. */
    public static final int BYTES = 104;

    private static final long ATTR_VALID = at(LAYOUT, "attr_valid");
    private static final long ATTR_VALID_NSEC = at(LAYOUT, "attr_valid_nsec");
    private static final long ATTR = at(LAYOUT, "attr");

    private final Attr attr;

    /** The structure at {@code offset} of {@code memory}. */
    public AttrOut(MemorySegment memory, long offset) {
        super(memory, offset, LAYOUT);
        attr = new Attr(memory, offset + ATTR);
    }

    /** How long the guest may trust the attributes, in nanoseconds. */
    public long attrTimeoutNanos() {
        return getNanos(ATTR_VALID, ATTR_VALID_NSEC);
    }

    /** Fills {@link #attrTimeoutNanos()}. */
    public AttrOut attrTimeoutNanos(long attrTimeoutNanos) {
        putNanos(ATTR_VALID, ATTR_VALID_NSEC, attrTimeoutNanos);
        return this;
    }

    /** The attributes of the node. */
    public Attr attr() {
        return attr;
    }
}
