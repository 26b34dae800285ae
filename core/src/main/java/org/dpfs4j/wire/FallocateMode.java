package org.dpfs4j.wire;

/** What fallocate(2) does ({@code FALLOC_FL_*}); 0 reserves space. */
public final class FallocateMode {
    /** The file's size stays. */
    public static final int KEEP_SIZE = 1;

    /** Gives the range back; only with {@link #KEEP_SIZE}. */
    public static final int PUNCH_HOLE = 1 << 1;

    /** Cuts the range out of the file. */
    public static final int COLLAPSE_RANGE = 1 << 3;

    /** Makes the range read as zeros. */
    public static final int ZERO_RANGE = 1 << 4;

    /** Moves what lies behind. */
    public static final int INSERT_RANGE = 1 << 5;

    /** Copies blocks that other files share. */
    public static final int UNSHARE_RANGE = 1 << 6;

    private FallocateMode() {}
}
