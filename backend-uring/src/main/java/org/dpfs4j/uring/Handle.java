package org.dpfs4j.uring;

import org.dpfs4j.io.Fd;

/** What a guest has open. */
sealed interface Handle permits OpenFile, OpenDirectory {
    /** The descriptor behind it. */
    Fd fd();

    /** What the file lies on. */
    Volume volume();

    /** The node that was opened. */
    long nodeId();
}
