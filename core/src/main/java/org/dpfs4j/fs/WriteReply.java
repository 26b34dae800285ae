package org.dpfs4j.fs;

import org.dpfs4j.memory.Iovecs;

/** How much was written: WRITE, COPY_FILE_RANGE. */
public interface WriteReply extends Reply {
    /** The data of a WRITE, in guest memory, which may change at any time; empty for others. */
    Iovecs source();

    /** Answers how many bytes were taken. */
    void ok(long bytes);
}
