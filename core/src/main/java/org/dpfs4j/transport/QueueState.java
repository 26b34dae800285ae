package org.dpfs4j.transport;

/** What a queue is doing. */
public enum QueueState {
    /** Its ring is not started or not enabled, or it takes no more requests because the server ends. */
    STOPPED,
    /** It takes requests. */
    RUNNING,
    /** It takes none and waits for the end of those in flight. */
    STOPPING,
    /** Its ring made no sense; nothing is taken until it is started again. */
    BROKEN
}
