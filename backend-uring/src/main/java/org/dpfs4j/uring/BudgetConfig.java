package org.dpfs4j.uring;

import org.dpfs4j.config.Section;

/**
 * How much a device's guest may make the server keep.
 *
 * @param nodesMax how many files it may know at a time; each holds a descriptor
 * @param handlesMax how many files and directories it may have open at a time
 */
public record BudgetConfig(int nodesMax, int handlesMax) {
    /** What is used when nothing is said. */
    public static final BudgetConfig DEFAULT = new BudgetConfig(400_000, 100_000);

    private static final int COUNT_MAX = 1 << 24;

    /** Refuses what cannot be served. */
    public BudgetConfig {
        if (nodesMax < 1 || handlesMax < 1) {
            throw new IllegalArgumentException("nodes-max and handles-max must be at least 1");
        }
    }

    static BudgetConfig read(Section section) {
        return new BudgetConfig(
                section.integer("nodes-max", DEFAULT.nodesMax, 1, COUNT_MAX),
                section.integer("handles-max", DEFAULT.handlesMax, 1, COUNT_MAX));
    }

    /** The same for a process that may have no more than so many descriptors: a guest must not use up all of them. */
    BudgetConfig within(long descriptors) {
        var nodes = (int) Math.min(nodesMax, Math.max(1, descriptors * 3 / 4));
        var handles = (int) Math.min(handlesMax, Math.max(1, descriptors / 4));
        return new BudgetConfig(nodes, handles);
    }
}
