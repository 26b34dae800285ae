package org.dpfs4j.wire;

/**
 * What an offset of lseek(2) is relative to ({@code SEEK_*}); a guest sends only DATA and HOLE unless the file is of a
 * special kind.
 */
public final class Whence {
    /** The beginning of the file. */
    public static final int SET = 0;

    /** The position. */
    public static final int CURRENT = 1;

    /** The end of the file. */
    public static final int END = 2;

    /** The next data at or behind the offset. */
    public static final int DATA = 3;

    /** The next hole at or behind the offset. */
    public static final int HOLE = 4;

    private Whence() {}
}
