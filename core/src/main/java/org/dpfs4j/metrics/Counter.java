package org.dpfs4j.metrics;

/** What is counted per device, beside the operations: each is rare, and says that somebody misbehaves. */
public enum Counter {
    /** Descriptor chains that could not be walked, given back with length 0. */
    CHAINS_INVALID("Descriptor chains that could not be walked and were given back empty"),
    /** Queues stopped until they are started again: available index or ring addresses made no sense. */
    QUEUES_BROKEN("Queues stopped until they are started again, because their ring made no sense"),
    /** Exchanges that did not end within the stop limit; their result is never shown to the driver. */
    EXCHANGES_ORPHANED("Requests that did not end within the stop limit; their result went to nobody"),
    /** Control messages refused. */
    MESSAGES_REFUSED("Control messages that were refused"),
    /** Faults in guest memory: its file was truncated. */
    MEMORY_FAULTS("Faults in guest memory, whose file was truncated"),
    /** Answers that the kernel refused, which was then told of an error. */
    REPLIES_REFUSED("Answers that the kernel of a mount refused, and for which it was told of an error"),
    /** Connections of a driver's VMM; a mount has one. */
    CONNECTIONS("Connections of a virtual machine monitor; a mount has one");

    private final String description;

    Counter(String description) {
        this.description = description;
    }

    /** What is counted, for whoever reads the exported text. */
    public String description() {
        return description;
    }
}
