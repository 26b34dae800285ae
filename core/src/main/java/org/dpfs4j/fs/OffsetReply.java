package org.dpfs4j.fs;

/** An offset or a block number: LSEEK, BMAP. */
public interface OffsetReply extends Reply {
    /** Answers with the number. */
    void ok(long offset);
}
