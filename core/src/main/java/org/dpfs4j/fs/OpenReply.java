package org.dpfs4j.fs;

import org.dpfs4j.wire.OpenOut;

/** An open file or directory: OPEN, OPENDIR. */
public interface OpenReply extends Reply {
    /** The handle and flags to fill in, zeroed. */
    OpenOut opened();

    /** Answers with what was filled in. */
    void ok();
}
