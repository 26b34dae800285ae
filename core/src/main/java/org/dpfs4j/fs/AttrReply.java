package org.dpfs4j.fs;

import org.dpfs4j.wire.AttrOut;

/** Attributes of a node: GETATTR, SETATTR. */
public interface AttrReply extends Reply {
    /** The attributes to fill in, zeroed. */
    AttrOut attr();

    /** Answers with what was filled in. */
    void ok();
}
