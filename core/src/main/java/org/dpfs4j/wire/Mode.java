package org.dpfs4j.wire;

/** Type and permissions of a file, {@code st_mode} of stat(2). */
public final class Mode {
    /** The bits of the file type ({@code S_IFMT}). */
    public static final int FORMAT = 0170000;

    /** A socket ({@code S_IFSOCK}). */
    public static final int SOCKET = 0140000;

    /** A symbolic link ({@code S_IFLNK}). */
    public static final int SYMLINK = 0120000;

    /** A regular file ({@code S_IFREG}). */
    public static final int REGULAR = 0100000;

    /** A block device ({@code S_IFBLK}). */
    public static final int BLOCK_DEVICE = 0060000;

    /** A directory ({@code S_IFDIR}). */
    public static final int DIRECTORY = 0040000;

    /** A character device ({@code S_IFCHR}). */
    public static final int CHARACTER_DEVICE = 0020000;

    /** A named pipe ({@code S_IFIFO}). */
    public static final int FIFO = 0010000;

    /** Runs as its owner ({@code S_ISUID}). */
    public static final int SET_UID = 0004000;

    /** Runs as its group; new files in a directory inherit the group ({@code S_ISGID}). */
    public static final int SET_GID = 0002000;

    /** Only owners delete in the directory ({@code S_ISVTX}). */
    public static final int STICKY = 0001000;

    /** Everything but the file type. */
    public static final int PERMISSIONS = 0007777;

    private static final int DIRENT_TYPE_SHIFT = 12;

    private Mode() {}

    /** Whether this is the mode of a directory. */
    public static boolean isDirectory(int mode) {
        return (mode & FORMAT) == DIRECTORY;
    }

    /** Whether this is the mode of a regular file. */
    public static boolean isRegular(int mode) {
        return (mode & FORMAT) == REGULAR;
    }

    /** Whether this is the mode of a symbolic link. */
    public static boolean isSymlink(int mode) {
        return (mode & FORMAT) == SYMLINK;
    }

    /** Whether this is the mode of a character or block device. */
    public static boolean isDevice(int mode) {
        int format = mode & FORMAT;
        return format == CHARACTER_DEVICE || format == BLOCK_DEVICE;
    }

    /** The file type as a directory entry carries it ({@code DT_*}): 4 directory, 8 regular file, and so on. */
    public static int direntType(int mode) {
        return (mode & FORMAT) >>> DIRENT_TYPE_SHIFT;
    }

    /** The type bits of a mode from the type of a directory entry ({@code DT_*}). */
    public static int ofDirentType(int type) {
        return (type << DIRENT_TYPE_SHIFT) & FORMAT;
    }
}
