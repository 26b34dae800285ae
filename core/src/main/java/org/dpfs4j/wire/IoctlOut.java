package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.I32;
import static org.dpfs4j.wire.Wire.U32;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** Reply of IOCTL, before its output data: {@code struct fuse_ioctl_out}. */
public final class IoctlOut extends Struct {
    /** 16 bytes. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
            I32.withName("result"), U32.withName("flags"), U32.withName("in_iovs"), U32.withName("out_iovs"));

    /** Size in bytes. */
    public static final int BYTES = 16;

    private static final long RESULT = at(LAYOUT, "result");
    private static final long FLAGS = at(LAYOUT, "flags");
    private static final long IN_IOVS = at(LAYOUT, "in_iovs");
    private static final long OUT_IOVS = at(LAYOUT, "out_iovs");

    /** The structure at {@code offset} of {@code memory}. */
    public IoctlOut(MemorySegment memory, long offset) {
        super(memory, offset, LAYOUT);
    }

    /** What ioctl(2) returns to the caller, 0 or more. */
    public int result() {
        return getInt(RESULT);
    }

    /** Fills {@link #result()}. */
    public IoctlOut result(int result) {
        putInt(RESULT, result);
        return this;
    }

    /** {@link IoctlFlags#RETRY} or 0. */
    public int flags() {
        return getInt(FLAGS);
    }

    /** Fills {@link #flags()}. */
    public IoctlOut flags(int flags) {
        putInt(FLAGS, flags);
        return this;
    }

    /** How many input ranges follow on a retry. */
    public long inIovecs() {
        return getUnsigned(IN_IOVS);
    }

    /** Fills {@link #inIovecs()}. */
    public IoctlOut inIovecs(long inIovecs) {
        putUnsigned(IN_IOVS, inIovecs);
        return this;
    }

    /** How many output ranges follow on a retry. */
    public long outIovecs() {
        return getUnsigned(OUT_IOVS);
    }

    /** Fills {@link #outIovecs()}. */
    public IoctlOut outIovecs(long outIovecs) {
        putUnsigned(OUT_IOVS, outIovecs);
        return this;
    }
}
