package org.dpfs4j.fs;

import org.dpfs4j.wire.StatfsOut;

/** The state of a file system: STATFS. */
public interface StatfsReply extends Reply {
    /** The numbers to fill in, zeroed. */
    StatfsOut statfs();

    /** Answers with what was filled in. */
    void ok();
}
