package org.dpfs4j.fs;

import org.dpfs4j.wire.LkOut;

/** The lock that is in the way: GETLK. */
public interface LockReply extends Reply {
    /** The lock to fill in, zeroed. */
    LkOut lock();

    /** Answers with what was filled in. */
    void ok();
}
