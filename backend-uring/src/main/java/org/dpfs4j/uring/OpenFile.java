package org.dpfs4j.uring;

import org.dpfs4j.io.Fd;
import org.dpfs4j.wire.OpenFlags;

/**
 * An open regular file.
 *
 * @param nodeId the node that was opened
 * @param flags what it was opened with, {@link OpenFlags} of the server
 */
record OpenFile(Fd fd, Volume volume, long nodeId, int flags) implements Handle {
    /** Whether each write reaches the disk before it is answered (O_SYNC, O_DSYNC). */
    boolean synchronous() {
        return (flags & OpenFlags.SYNC) != 0;
    }

    /** Whether this machine's page cache is to be left alone (O_DIRECT). */
    boolean direct() {
        return (flags & OpenFlags.DIRECT) != 0;
    }
}
