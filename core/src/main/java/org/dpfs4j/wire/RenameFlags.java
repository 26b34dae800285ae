package org.dpfs4j.wire;

/** How renameat2(2) treats an entry that is there already ({@code RENAME_*}). */
public final class RenameFlags {
    /** Fail with EEXIST. */
    public static final int NOREPLACE = 1;

    /** Swap the two entries. */
    public static final int EXCHANGE = 1 << 1;

    /** Leave a whiteout in the old place. */
    public static final int WHITEOUT = 1 << 2;

    private RenameFlags() {}
}
