package org.dpfs4j.wire;

/** The fields that a {@link SetattrIn} sets ({@code FATTR_*}). */
public final class SetattrValid {
    /** {@link SetattrIn#mode()}. */
    public static final int MODE = 1 << 0;

    /** {@link SetattrIn#ownerUid()}. */
    public static final int UID = 1 << 1;

    /** {@link SetattrIn#ownerGid()}. */
    public static final int GID = 1 << 2;

    /** {@link SetattrIn#sizeBytes()}. */
    public static final int SIZE = 1 << 3;

    /** The access time. */
    public static final int ATIME = 1 << 4;

    /** The modification time. */
    public static final int MTIME = 1 << 5;

    /** {@link SetattrIn#handle()} means an open file. */
    public static final int FH = 1 << 6;

    /** The access time is the server's present. */
    public static final int ATIME_NOW = 1 << 7;

    /** The modification time is the server's present. */
    public static final int MTIME_NOW = 1 << 8;

    /** {@link SetattrIn#lockOwner()} is meant. */
    public static final int LOCKOWNER = 1 << 9;

    /** The change time, which a guest with writeback cache keeps. */
    public static final int CTIME = 1 << 10;

    /** The server shall clear set-user-id and set-group-id bits. */
    public static final int KILL_SUIDGID = 1 << 11;

    private SetattrValid() {}
}
