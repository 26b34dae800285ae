package org.dpfs4j.nfsserver;

import java.util.Locale;

/** What a {@link Ganesha} serves; each under its name in small letters. */
public enum Export {
    /** A directory of this machine, {@link Ganesha#directory()}; root stays root. */
    VFS(true, "Squash = No_Root_Squash;"),
    /** The same directory, for reading. */
    READONLY(true, "Squash = No_Root_Squash; Access_Type = RO;"),
    /** The same directory; root is nobody. */
    SQUASHED(true, "Squash = Root_Squash;"),
    /** A tmpfs of 16 MiB with 64 inodes, empty again after each start. */
    SMALL(true, "Squash = No_Root_Squash;"),
    /** Files in the server's memory; all handles are stale after a restart. */
    MEM(false, "Squash = No_Root_Squash;"),
    /** The same with a millisecond for each READ and WRITE. */
    SLOW(false, "Squash = No_Root_Squash;");

    private final boolean needsRoot;
    private final String options;

    Export(boolean needsRoot, String options) {
        this.needsRoot = needsRoot;
        this.options = options;
    }

    /** The absolute path that a client mounts. */
    public String path() {
        return "/" + name().toLowerCase(Locale.ROOT);
    }

    /** Whether the server must be root: handles of a real file system are opened by {@code open_by_handle_at}. */
    boolean needsRoot() {
        return needsRoot;
    }

    String options() {
        return options;
    }
}
