package org.dpfs4j.fs;

import org.dpfs4j.memory.Iovecs;

/** Bytes: READ, READLINK. */
public interface DataReply extends Reply {
    /**
     * Where the bytes go: as many as were asked for and have room. In guest memory; write it, never read it back.
     */
    Iovecs target();

    /** Answers with the first {@code bytes} of {@link #target}, 0 to its size. */
    void ok(long bytes);

    /** Answers with bytes of ours, copied; more than there is room for is ERANGE. */
    void ok(long address, long bytes);
}
