package org.dpfs4j.uring;

import org.dpfs4j.io.Fd;

/**
 * An open regular file.
 *
 * @param nodeId the node that was opened
 * @param synchronous whether each write reaches the disk before it is answered (O_SYNC, O_DSYNC)
 */
record OpenFile(Fd fd, Volume volume, long nodeId, boolean synchronous) implements Handle {}
