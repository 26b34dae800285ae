package org.dpfs4j.wire;

/** How the guest shall treat an open file ({@code FOPEN_*}), answer of OPEN, OPENDIR and CREATE. */
public final class OpenReplyFlags {
    /** Every read and write comes to the server. */
    public static final int DIRECT_IO = 1 << 0;

    /** Data cached from earlier stays valid. */
    public static final int KEEP_CACHE = 1 << 1;

    /** The file cannot be positioned. */
    public static final int NONSEEKABLE = 1 << 2;

    /** The guest may keep the directory's listing. */
    public static final int CACHE_DIR = 1 << 3;

    /** The file has no position at all. */
    public static final int STREAM = 1 << 4;

    /** No FLUSH when a descriptor is closed. */
    public static final int NOFLUSH = 1 << 5;

    /** Direct writes to one file may come at once. */
    public static final int PARALLEL_DIRECT_WRITES = 1 << 6;

    /** Only for /dev/fuse. */
    public static final int PASSTHROUGH = 1 << 7;

    private OpenReplyFlags() {}
}
