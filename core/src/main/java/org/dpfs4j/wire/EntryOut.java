package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U32;
import static org.dpfs4j.wire.Wire.U64;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** Reply of LOOKUP, MKNOD, MKDIR, SYMLINK and LINK: {@code struct fuse_entry_out}. */
public final class EntryOut extends Struct {
    /** 128 bytes. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
            U64.withName("nodeid"),
            U64.withName("generation"),
            U64.withName("entry_valid"),
            U64.withName("attr_valid"),
            U32.withName("entry_valid_nsec"),
            U32.withName("attr_valid_nsec"),
            Attr.LAYOUT.withName("attr"));

    /** Size in bytes. */
    public static final int BYTES = 128;

    private static final long NODEID = at(LAYOUT, "nodeid");
    private static final long GENERATION = at(LAYOUT, "generation");
    private static final long ENTRY_VALID = at(LAYOUT, "entry_valid");
    private static final long ENTRY_VALID_NSEC = at(LAYOUT, "entry_valid_nsec");
    private static final long ATTR_VALID = at(LAYOUT, "attr_valid");
    private static final long ATTR_VALID_NSEC = at(LAYOUT, "attr_valid_nsec");
    private static final long ATTR = at(LAYOUT, "attr");

    private final Attr attr;

    /** The structure at {@code offset} of {@code memory}. */
    public EntryOut(MemorySegment memory, long offset) {
        super(memory, offset, LAYOUT);
        attr = new Attr(memory, offset + ATTR);
    }

    /** The node found, whose lookup count rises by one; 0 means that the guest shall remember that there is none. */
    public long nodeId() {
        return getLong(NODEID);
    }

    /** Fills {@link #nodeId()}. */
    public EntryOut nodeId(long nodeId) {
        putLong(NODEID, nodeId);
        return this;
    }

    /** With the node id it is unique for the life of the file system. */
    public long generation() {
        return getLong(GENERATION);
    }

    /** Fills {@link #generation()}. */
    public EntryOut generation(long generation) {
        putLong(GENERATION, generation);
        return this;
    }

    /** How long the guest may trust that the name means this node, in nanoseconds. */
    public long entryTimeoutNanos() {
        return getNanos(ENTRY_VALID, ENTRY_VALID_NSEC);
    }

    /** Fills {@link #entryTimeoutNanos()}. */
    public EntryOut entryTimeoutNanos(long entryTimeoutNanos) {
        putNanos(ENTRY_VALID, ENTRY_VALID_NSEC, entryTimeoutNanos);
        return this;
    }

    /** How long the guest may trust the attributes, in nanoseconds. */
    public long attrTimeoutNanos() {
        return getNanos(ATTR_VALID, ATTR_VALID_NSEC);
    }

    /** Fills {@link #attrTimeoutNanos()}. */
    public EntryOut attrTimeoutNanos(long attrTimeoutNanos) {
        putNanos(ATTR_VALID, ATTR_VALID_NSEC, attrTimeoutNanos);
        return this;
    }

    /** The attributes of the node. */
    public Attr attr() {
        return attr;
    }
}
