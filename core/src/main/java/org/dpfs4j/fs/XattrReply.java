package org.dpfs4j.fs;

/** A value that is probed for its size first: GETXATTR, LISTXATTR. */
public interface XattrReply extends Reply {
    /** Whether the guest asks for the size only. */
    boolean sizeOnly();

    /** Answers a probe with the size. */
    void size(long bytes);

    /** Answers with the bytes, copied; more than the guest has room for is ERANGE. */
    void ok(long address, long bytes);
}
