package org.dpfs4j.uring;

/** Whether something is done for a guest that must do its part. */
public enum Negotiation {
    /** Not at all. */
    NEVER,
    /** For those that can. */
    AUTO,
    /** A guest that cannot is refused. */
    ALWAYS;

    boolean isWanted() {
        return this != NEVER;
    }
}
