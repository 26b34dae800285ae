package org.dpfs4j.fs;

/** The right to answer one request later, from any thread. */
public interface Deferred {
    /**
     * Runs {@code answer} on the request's lane, where it uses the reply it deferred; drops it when the request has been
     * answered in the meantime, as one is whose queue stops.
     */
    void answer(Runnable answer);
}
