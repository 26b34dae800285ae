package org.dpfs4j.io;

/** What a lane looks at by itself while it is worth it, instead of being told: a queue in memory. On its lane. */
public interface Polled {
    /** Does some of what is there, up to a limit; false when there is nothing. */
    boolean poll();

    /** Asks to be told of what comes from now on; true when something came in the meantime, which nobody may tell of. */
    boolean arm();
}
