package org.dpfs4j.metrics;

/** What a share holds for its guest, as a number that rises and falls; docs/metrics.md lists each by its name. */
public enum Gauge {
    /** Nodes that the guest knows beside the root. */
    NODES("Nodes that the guest knows beside the root"),
    /** Files and directories that the guest has open. */
    HANDLES("Files and directories that the guest has open"),
    /** Nodes that the guest has forgotten and may ask for again by their ids. */
    NODES_FORGOTTEN("Nodes that the guest has forgotten and may ask for again by their ids"),
    /** Bytes that the table of nodes takes outside the Java heap. */
    NODE_MEMORY_BYTES("Bytes that the table of nodes takes outside the Java heap"),
    /** Descriptors kept for nodes, which can be given up. */
    DESCRIPTORS_CACHED("Descriptors kept for nodes, which can be given up"),
    /** Descriptors kept for nodes that cannot be opened again. */
    DESCRIPTORS_PINNED("Descriptors kept for nodes that cannot be opened again"),
    /** Descriptors given up since the guest mounted. */
    DESCRIPTORS_GIVEN_UP("Descriptors given up since the guest mounted"),
    /** Nodes opened again by their handles since the guest mounted. */
    NODES_REOPENED("Nodes opened again by their handles since the guest mounted"),
    /** Owners with locks. */
    LOCK_OWNERS("Processes and open files of the guest that have locks, each with a descriptor of its own"),
    /** Ranges of files that the guest has locked. */
    LOCK_RANGES("Ranges of files that the guest has locked; a lock of flock is one"),
    /** Requests of the guest that wait for a lock. */
    LOCK_WAITERS("Requests of the guest that wait for a lock"),
    /** Connections to the server behind a share that ended since the guest mounted. */
    SERVER_CONNECTIONS_LOST("Connections to the server behind the mount that ended since the guest mounted"),
    /** Replies of the server that made no sense. */
    SERVER_REPLIES_MALFORMED("Replies of the server behind the mount that made no sense, since the guest mounted"),
    /** Times that the server had forgotten us. */
    SERVER_RESTARTS("Times that the server behind the mount had forgotten what was open, since the guest mounted"),
    /** Bytes that the server has taken and may still lose. */
    SERVER_RETAINED_BYTES("Bytes kept here that the server behind the mount has taken and may still lose"),
    /** Delegations that the server gave and that were kept. */
    SERVER_DELEGATIONS_GRANTED("Delegations that the server behind the mount gave and that were kept"),
    /** Of those, the ones that are on their way back or were given back. */
    SERVER_DELEGATIONS_RETURNED("Delegations of the server behind the mount that were kept and given back"),
    /** Delegations that the server wanted back. */
    SERVER_DELEGATIONS_RECALLED("Delegations that the server behind the mount wanted back");

    private final String description;

    Gauge(String description) {
        this.description = description;
    }

    /** What is measured, for whoever reads the exported text. */
    public String description() {
        return description;
    }
}
