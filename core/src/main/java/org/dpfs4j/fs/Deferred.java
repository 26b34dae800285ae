package org.dpfs4j.fs;

/** The right to answer one request later, from any thread. */
public interface Deferred {
    /**
     * Runs {@code answer} on the request's lane, where it uses the reply it deferred.
     *
     * @return false when the request is answered already and the answer was dropped at once; a request that is answered
     *     in the meantime drops it too
     */
    boolean answer(Runnable answer);
}
