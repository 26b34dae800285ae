package org.dpfs4j.metrics;

/** What a share holds for its guest, as a number that rises and falls; docs/metrics.md lists each by its name. */
public enum Gauge {
    /** Nodes that the guest knows beside the root. */
    NODES("Nodes that the guest knows beside the root"),
    /** Files and directories that the guest has open. */
    HANDLES("Files and directories that the guest has open");

    private final String description;

    Gauge(String description) {
        this.description = description;
    }

    /** What is measured, for whoever reads the exported text. */
    public String description() {
        return description;
    }
}
