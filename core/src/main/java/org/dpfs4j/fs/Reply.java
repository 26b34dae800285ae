package org.dpfs4j.fs;

import org.dpfs4j.io.Owner;
import org.dpfs4j.wire.Errno;

/**
 * The answer to one request. Valid on its lane until it is answered, exactly once: a second answer is an
 * {@link IllegalStateException}. Operations that a file system starts name the reply as their owner, so that they are
 * cancelled with it.
 */
public interface Reply extends Owner {
    /** Answers with an error. */
    void fail(Errno errno);

    /** Answers with the error of a system call's result. */
    default void fail(int negatedErrno) {
        fail(Errno.of(-negatedErrno));
    }

    /**
     * A token to answer later, or from another thread: it reaches this request and never another one, whatever has
     * happened to the slot since. What the answer needs of the request is copied before.
     */
    Deferred defer();

    /**
     * As {@link #defer}, for a request that waits for what somebody else does, such as a lock to be released: INTERRUPT
     * ends it with EINTR, and so does the stop of its queue, by {@code waiting}. At most half of a queue may wait like this:
     * Linux' driver of virtio-fs sends no INTERRUPT, and a queue full of requests that wait has no place for the one that
     * would release them.
     *
     * @return null when half of the queue waits already; then the request is answered with an error, such as ENOLCK
     */
    Deferred park(Waiting waiting);
}
