package org.dpfs4j.fs;

import org.dpfs4j.wire.EntryOut;

/** A node: LOOKUP, MKNOD, MKDIR, SYMLINK, LINK. Answering counts one lookup of the node. */
public interface EntryReply extends Reply {
    /**
     * The entry to fill in, zeroed: node id, generation, time-outs and attributes. Node id 0 in a LOOKUP with an entry
     * time-out says for how long the name does not exist.
     */
    EntryOut entry();

    /** Answers with what was filled in. */
    void ok();
}
