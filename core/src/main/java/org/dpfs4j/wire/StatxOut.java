package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U16;
import static org.dpfs4j.wire.Wire.U32;
import static org.dpfs4j.wire.Wire.U64;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** Reply of STATX: {@code struct fuse_statx_out}. */
public final class StatxOut extends Struct {
    /** {@code struct fuse_statx}: {@code struct statx} up to the device numbers. */
    static final StructLayout STATX_LAYOUT = MemoryLayout.structLayout(
            U32.withName("mask"),
            U32.withName("blksize"),
            U64.withName("attributes"),
            U32.withName("nlink"),
            U32.withName("uid"),
            U32.withName("gid"),
            U16.withName("mode"),
            MemoryLayout.sequenceLayout(1, U16).withName("__spare0"),
            U64.withName("ino"),
            U64.withName("size"),
            U64.withName("blocks"),
            U64.withName("attributes_mask"),
            Statx.TIMESTAMP_LAYOUT.withName("atime"),
            Statx.TIMESTAMP_LAYOUT.withName("btime"),
            Statx.TIMESTAMP_LAYOUT.withName("ctime"),
            Statx.TIMESTAMP_LAYOUT.withName("mtime"),
            U32.withName("rdev_major"),
            U32.withName("rdev_minor"),
            U32.withName("dev_major"),
            U32.withName("dev_minor"),
            MemoryLayout.sequenceLayout(14, U64).withName("__spare2"));

    /** 288 bytes. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
            U64.withName("attr_valid"),
            U32.withName("attr_valid_nsec"),
            U32.withName("flags"),
            MemoryLayout.sequenceLayout(2, U64).withName("spare"),
            STATX_LAYOUT.withName("stat"));

    /** Size in bytes. */
    public static final int BYTES = 288;

    private static final long ATTR_VALID = at(LAYOUT, "attr_valid");
    private static final long ATTR_VALID_NSEC = at(LAYOUT, "attr_valid_nsec");
    private static final long FLAGS = at(LAYOUT, "flags");
    private static final long STAT = at(LAYOUT, "stat");

    /** The structure at {@code offset} of {@code memory}. */
    public StatxOut(MemorySegment memory, long offset) {
        super(memory, offset, LAYOUT);
    }

    /** How long the guest may trust the attributes, in nanoseconds. */
    public long attrTimeoutNanos() {
        return getNanos(ATTR_VALID, ATTR_VALID_NSEC);
    }

    /** Fills {@link #attrTimeoutNanos()}. */
    public StatxOut attrTimeoutNanos(long attrTimeoutNanos) {
        putNanos(ATTR_VALID, ATTR_VALID_NSEC, attrTimeoutNanos);
        return this;
    }

    /** {@link AttrFlags}. */
    public int flags() {
        return getInt(FLAGS);
    }

    /** Fills {@link #flags()}. */
    public StatxOut flags(int flags) {
        putInt(FLAGS, flags);
        return this;
    }

    /** Fills the attributes from what statx(2) answered; where the server keeps the file (its mount) stays here. */
    public StatxOut from(Statx statx) {
        copyFrom(statx, STAT, Statx.FUSE_BYTES);
        clear(STAT + Statx.FUSE_BYTES);
        return this;
    }
}
