package org.dpfs4j.fs;

/** Done, or an error. */
public interface StatusReply extends Reply {
    /** Answers that it is done. */
    void ok();
}
