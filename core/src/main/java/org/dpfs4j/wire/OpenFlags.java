package org.dpfs4j.wire;

/**
 * Flags of open(2) in the server's own ABI. Most have one value everywhere; {@code DIRECT}, {@code LARGEFILE}, {@code
 * DIRECTORY} and {@code NOFOLLOW} change places between x86-64 and arm64, so a guest's flags are translated before use.
 */
public final class OpenFlags {
    /** The bits of the access mode. */
    public static final int ACCESS_MODE = 03;
    /** Access mode: read. */
    public static final int RDONLY = 0;
    /** Access mode: write. */
    public static final int WRONLY = 01;
    /** Access mode: read and write. */
    public static final int RDWR = 02;
    /** Create the file if there is none. */
    public static final int CREAT = 0100;
    /** With {@link #CREAT}: fail if it exists. */
    public static final int EXCL = 0200;
    /** Do not take a terminal. */
    public static final int NOCTTY = 0400;
    /** Cut the file to length 0. */
    public static final int TRUNC = 01000;
    /** Write at the end. */
    public static final int APPEND = 02000;
    /** Do not wait. */
    public static final int NONBLOCK = 04000;
    /** Each write reaches the disk with what is needed to read it. */
    public static final int DSYNC = 010000;
    /** Send a signal when input is there. */
    public static final int ASYNC = 020000;
    /** Do not touch the access time. */
    public static final int NOATIME = 01000000;
    /** Close on exec. */
    public static final int CLOEXEC = 02000000;
    /** Each write reaches the disk with all attributes; includes {@link #DSYNC}. */
    public static final int SYNC = 04010000;
    /** A descriptor that only names the file. */
    public static final int PATH = 010000000;
    /** The file is open for execution: a mark of the guest's kernel ({@code FMODE_EXEC}), no flag of open(2). */
    public static final int EXEC = 040;
    /** No page cache; the server's value. */
    public static final int DIRECT = ClientArch.own().direct;
    /** Offsets of 64 bits; the server's value. */
    public static final int LARGEFILE = ClientArch.own().largefile;
    /** Must be a directory; the server's value. */
    public static final int DIRECTORY = ClientArch.own().directory;
    /** Must not be a symbolic link; the server's value. */
    public static final int NOFOLLOW = ClientArch.own().nofollow;
    /** A file without a name; the server's value, includes {@link #DIRECTORY}. */
    public static final int TMPFILE = 020000000 | DIRECTORY;

    private OpenFlags() {}

    /** A guest's flags in the server's ABI. */
    public static int toServer(ClientArch client, int flags) {
        return translate(client, ClientArch.own(), flags);
    }

    /** The server's flags in a guest's ABI. */
    public static int toClient(ClientArch client, int flags) {
        return translate(ClientArch.own(), client, flags);
    }

    static int translate(ClientArch from, ClientArch to, int flags) {
        if (from == to) {
            return flags;
        }
        int result = flags & ~(from.direct | from.largefile | from.directory | from.nofollow);
        result |= (flags & from.direct) != 0 ? to.direct : 0;
        result |= (flags & from.largefile) != 0 ? to.largefile : 0;
        result |= (flags & from.directory) != 0 ? to.directory : 0;
        result |= (flags & from.nofollow) != 0 ? to.nofollow : 0;
        return result;
    }
}
