package org.dpfs4j.wire;

/** The fields of a {@link Statx} that are asked for or filled ({@code STATX_*}). */
public final class StatxMask {
    /** The type bits of the mode. */
    public static final int TYPE = 0x0001;

    /** The other bits of the mode. */
    public static final int MODE = 0x0002;

    /** The link count. */
    public static final int NLINK = 0x0004;

    /** The owner. */
    public static final int UID = 0x0008;

    /** The group. */
    public static final int GID = 0x0010;

    /** The access time. */
    public static final int ATIME = 0x0020;

    /** The modification time. */
    public static final int MTIME = 0x0040;

    /** The change time. */
    public static final int CTIME = 0x0080;

    /** The inode number. */
    public static final int INO = 0x0100;

    /** The size. */
    public static final int SIZE = 0x0200;

    /** The storage used. */
    public static final int BLOCKS = 0x0400;

    /** All of stat(2). */
    public static final int BASIC_STATS = 0x07ff;

    /** The creation time. */
    public static final int BTIME = 0x0800;

    /** The mount. */
    public static final int MNT_ID = 0x1000;

    /** The alignments of direct I/O. */
    public static final int DIOALIGN = 0x2000;

    /** The mount, under an id that is never used again. */
    public static final int MNT_ID_UNIQUE = 0x4000;

    private StatxMask() {}
}
