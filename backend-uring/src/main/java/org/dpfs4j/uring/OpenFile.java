package org.dpfs4j.uring;

import org.dpfs4j.io.Fd;
import org.dpfs4j.wire.OpenFlags;

/** An open regular file. Several lanes use it at once. */
final class OpenFile implements Handle {
    private final Fd fd;
    private final Volume volume;
    private final long nodeId;
    private final int flags;
    private final boolean plain;
    private volatile LockedFile.Key lockedAs;

    /**
     * An open file.
     *
     * @param nodeId the node that was opened
     * @param flags what it was opened with, {@link OpenFlags} of the server
     * @param plain whether whoever opens the file for reading next could just as well have this one
     */
    OpenFile(Fd fd, Volume volume, long nodeId, int flags, boolean plain) {
        this.fd = fd;
        this.volume = volume;
        this.nodeId = nodeId;
        this.flags = flags;
        this.plain = plain;
    }

    @Override
    public Fd fd() {
        return fd;
    }

    @Override
    public Volume volume() {
        return volume;
    }

    @Override
    public long nodeId() {
        return nodeId;
    }

    /** Whether each write reaches the disk before it is answered (O_SYNC, O_DSYNC). */
    boolean synchronous() {
        return (flags & OpenFlags.SYNC) != 0;
    }

    /** Whether this machine's page cache is to be left alone (O_DIRECT). */
    boolean direct() {
        return (flags & OpenFlags.DIRECT) != 0;
    }

    /** Whether whoever opens the file for reading next could just as well have this one, when it is closed. */
    boolean isPlain() {
        return plain;
    }

    /** The file by which its locks are known, of either kind; null when no lock was asked for through this. */
    LockedFile.Key lockedAs() {
        return lockedAs;
    }

    /** Notes it: when the file is closed, nobody need be asked which file it is. */
    void lockedAs(LockedFile.Key key) {
        lockedAs = key;
    }
}
