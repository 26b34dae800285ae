package org.dpfs4j.fs;

import org.dpfs4j.memory.Iovecs;

/** The result of a restricted ioctl: IOCTL. */
public interface IoctlReply extends Reply {
    /** The bytes that came with it, in guest memory; read each once. */
    Iovecs source();

    /** Answers with a result and bytes of ours, copied; more than there is room for is ERANGE. */
    void ok(int result, long address, long bytes);
}
