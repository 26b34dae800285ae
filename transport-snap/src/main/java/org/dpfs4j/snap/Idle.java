package org.dpfs4j.snap;

/** What a lane does when its group has nothing. */
public enum Idle {
    /** It looks for a while after work, as {@code poll-max} says, then waits for the provider's descriptor. */
    ADAPTIVE,
    /** It waits for the provider's descriptor at once. */
    WAIT,
    /** It never sleeps: a core for this group alone. */
    SPIN
}
