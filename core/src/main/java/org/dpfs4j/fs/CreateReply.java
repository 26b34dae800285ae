package org.dpfs4j.fs;

import org.dpfs4j.wire.EntryOut;
import org.dpfs4j.wire.OpenOut;

/** A new node and its open file: CREATE, TMPFILE. */
public interface CreateReply extends Reply {
    /** The entry to fill in, zeroed. */
    EntryOut entry();

    /** The handle and flags to fill in, zeroed. */
    OpenOut opened();

    /** Answers with what was filled in. */
    void ok();
}
