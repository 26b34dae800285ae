package org.dpfs4j.io;

/** A step that may block, run on a worker. It copies what it needs of a request before it is handed over. */
@FunctionalInterface
public interface BlockingCall {
    /** Runs on {@code worker}'s thread; returns a value, or a negated errno. */
    int run(Worker worker);
}
