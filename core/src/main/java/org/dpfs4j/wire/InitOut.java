package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.U16;
import static org.dpfs4j.wire.Wire.U32;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** Reply of INIT: {@code struct fuse_init_out}. */
public final class InitOut extends Struct {
    /** 64 bytes. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
            U32.withName("major"),
            U32.withName("minor"),
            U32.withName("max_readahead"),
            U32.withName("flags"),
            U16.withName("max_background"),
            U16.withName("congestion_threshold"),
            U32.withName("max_write"),
            U32.withName("time_gran"),
            U16.withName("max_pages"),
            U16.withName("map_alignment"),
            U32.withName("flags2"),
            U32.withName("max_stack_depth"),
            U16.withName("request_timeout"),
            MemoryLayout.sequenceLayout(11, U16).withName("unused"));

    /** Size in bytes. */
    public static final int BYTES = 64;

    private static final long MAJOR = at(LAYOUT, "major");
    private static final long MINOR = at(LAYOUT, "minor");
    private static final long MAX_READAHEAD = at(LAYOUT, "max_readahead");
    private static final long FLAGS = at(LAYOUT, "flags");
    private static final long FLAGS2 = at(LAYOUT, "flags2");
    private static final long MAX_BACKGROUND = at(LAYOUT, "max_background");
    private static final long CONGESTION_THRESHOLD = at(LAYOUT, "congestion_threshold");
    private static final long MAX_WRITE = at(LAYOUT, "max_write");
    private static final long TIME_GRAN = at(LAYOUT, "time_gran");
    private static final long MAX_PAGES = at(LAYOUT, "max_pages");
    private static final long MAP_ALIGNMENT = at(LAYOUT, "map_alignment");
    private static final long MAX_STACK_DEPTH = at(LAYOUT, "max_stack_depth");
    private static final long REQUEST_TIMEOUT = at(LAYOUT, "request_timeout");

    /** The structure at {@code offset} of {@code memory}. */
    public InitOut(MemorySegment memory, long offset) {
        super(memory, offset, LAYOUT);
    }

    /** The major protocol version. */
    public int major() {
        return getInt(MAJOR);
    }

    /** Fills {@link #major()}. */
    public InitOut major(int major) {
        putInt(MAJOR, major);
        return this;
    }

    /** The minor protocol version, the smaller one of both sides. */
    public int minor() {
        return getInt(MINOR);
    }

    /** Fills {@link #minor()}. */
    public InitOut minor(int minor) {
        putInt(MINOR, minor);
        return this;
    }

    /** The most the guest shall read ahead, in bytes. */
    public long maxReadaheadBytes() {
        return getUnsigned(MAX_READAHEAD);
    }

    /** Fills {@link #maxReadaheadBytes()}. */
    public InitOut maxReadaheadBytes(long maxReadaheadBytes) {
        putUnsigned(MAX_READAHEAD, maxReadaheadBytes);
        return this;
    }

    /**
     * How many background requests (readahead, writeback, asynchronous I/O) may be in flight; 0 leaves the guest's
     * default of 12.
     */
    public int maxBackground() {
        return getShort(MAX_BACKGROUND);
    }

    /** Fills {@link #maxBackground()}. */
    public InitOut maxBackground(int maxBackground) {
        putShort(MAX_BACKGROUND, maxBackground);
        return this;
    }

    /** From how many of them on the guest holds back. */
    public int congestionThreshold() {
        return getShort(CONGESTION_THRESHOLD);
    }

    /** Fills {@link #congestionThreshold()}. */
    public InitOut congestionThreshold(int congestionThreshold) {
        putShort(CONGESTION_THRESHOLD, congestionThreshold);
        return this;
    }

    /** The most data in a WRITE, in bytes; 4096 or more. */
    public long maxWriteBytes() {
        return getUnsigned(MAX_WRITE);
    }

    /** Fills {@link #maxWriteBytes()}. */
    public InitOut maxWriteBytes(long maxWriteBytes) {
        putUnsigned(MAX_WRITE, maxWriteBytes);
        return this;
    }

    /** Granularity of timestamps in nanoseconds, 1 to 10^9. */
    public long timeGranularityNanos() {
        return getUnsigned(TIME_GRAN);
    }

    /** Fills {@link #timeGranularityNanos()}. */
    public InitOut timeGranularityNanos(long timeGranularityNanos) {
        putUnsigned(TIME_GRAN, timeGranularityNanos);
        return this;
    }

    /** The most pages in a request; counts with {@link InitFlags#MAX_PAGES}. */
    public int maxPages() {
        return getShort(MAX_PAGES);
    }

    /** Fills {@link #maxPages()}. */
    public InitOut maxPages(int maxPages) {
        putShort(MAX_PAGES, maxPages);
        return this;
    }

    /** Logarithm of the alignment of mappings; counts with {@link InitFlags#MAP_ALIGNMENT}. */
    public int mapAlignment() {
        return getShort(MAP_ALIGNMENT);
    }

    /** Fills {@link #mapAlignment()}. */
    public InitOut mapAlignment(int mapAlignment) {
        putShort(MAP_ALIGNMENT, mapAlignment);
        return this;
    }

    /** How deep file systems may be stacked on this one; counts with {@link InitFlags#PASSTHROUGH}. */
    public long maxStackDepth() {
        return getUnsigned(MAX_STACK_DEPTH);
    }

    /** Fills {@link #maxStackDepth()}. */
    public InitOut maxStackDepth(long maxStackDepth) {
        putUnsigned(MAX_STACK_DEPTH, maxStackDepth);
        return this;
    }

    /** After how many seconds the guest gives up; counts with {@link InitFlags#REQUEST_TIMEOUT}. */
    public int requestTimeoutSeconds() {
        return getShort(REQUEST_TIMEOUT);
    }

    /** Fills {@link #requestTimeoutSeconds()}. */
    public InitOut requestTimeoutSeconds(int requestTimeoutSeconds) {
        putShort(REQUEST_TIMEOUT, requestTimeoutSeconds);
        return this;
    }

    /** What both sides do ({@link InitFlags}). */
    public long flags() {
        return getUnsigned(FLAGS) | (getUnsigned(FLAGS2) << Integer.SIZE);
    }

    /** Fills {@link #flags()}; the upper half counts only with {@link InitFlags#INIT_EXT}. */
    public InitOut flags(long flags) {
        putInt(FLAGS, (int) flags);
        putInt(FLAGS2, (int) (flags >>> Integer.SIZE));
        return this;
    }
}
