package org.dpfs4j.fs;

import org.dpfs4j.wire.StatxOut;

/** Extended attributes of a node's state: STATX. */
public interface StatxReply extends Reply {
    /** The answer to fill in, zeroed. */
    StatxOut statx();

    /** Answers with what was filled in. */
    void ok();
}
