package org.dpfs4j.fs;

/** What a request waits for, seen from the request: how to stop waiting. See {@link Reply#park}. */
@FunctionalInterface
public interface Waiting {
    /**
     * Stops waiting, because the guest does not want it any more (INTERRUPT) or its queue stops. Called on the request's
     * lane, at most once, and must not block. Whoever says true forgets the request, which is answered with EINTR.
     *
     * @return false when the wait has just come to its end by itself: its answer is on the way, and nothing is ended
     */
    boolean leave();
}
