package org.dpfs4j.metrics;

/** What is counted per device, beside the operations: each is rare, and says that somebody misbehaves. */
public enum Counter {
    /** Descriptor chains that could not be walked, given back with length 0. */
    CHAINS_INVALID,
    /** Queues stopped until they are started again: available index or ring addresses made no sense. */
    QUEUES_BROKEN,
    /** Exchanges that did not end within the stop limit; their result is never shown to the driver. */
    EXCHANGES_ORPHANED,
    /** Control messages refused. */
    MESSAGES_REFUSED,
    /** Faults in guest memory: its file was truncated. */
    MEMORY_FAULTS,
    /** Connections of a driver's VMM. */
    CONNECTIONS
}
