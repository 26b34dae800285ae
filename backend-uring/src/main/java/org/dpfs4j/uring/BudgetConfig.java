package org.dpfs4j.uring;

import org.dpfs4j.config.Section;

/**
 * How much a device's guest may make the server keep.
 *
 * @param nodesMax how many files it may know at a time; each takes about 110 bytes outside the Java heap, 440 MB at the
 *     default
 * @param handlesMax how many files and directories it may have open at a time; each may keep two descriptors
 * @param descriptorsMax how many descriptors are kept for files that it knows, so that they need not be opened again; 0 for
 *     {@link #DESCRIPTORS_CACHED}, and for as many as this process can spare where each file needs one of its own
 * @param inodeFileHandles how files are known
 */
public record BudgetConfig(int nodesMax, int handlesMax, int descriptorsMax, FileHandles inodeFileHandles) {
    /** Descriptors that are kept when nothing is said: each also keeps an inode, about 2 KiB, in the kernel's memory. */
    public static final int DESCRIPTORS_CACHED = 32_768;

    /** What is used when nothing is said. */
    public static final BudgetConfig DEFAULT = new BudgetConfig(4_000_000, 100_000, 0, FileHandles.PREFER);

    private static final int COUNT_MAX = 1 << 24;

    /** Refuses what cannot be served. */
    public BudgetConfig {
        if (nodesMax < 1 || nodesMax > COUNT_MAX || handlesMax < 1) {
            throw new IllegalArgumentException(
                    "nodes-max and handles-max must be at least 1, nodes-max at most " + COUNT_MAX);
        }
        if (descriptorsMax < 0) {
            throw new IllegalArgumentException("descriptors-max is negative: " + descriptorsMax);
        }
    }

    static BudgetConfig read(Section section) {
        return new BudgetConfig(
                section.integer("nodes-max", DEFAULT.nodesMax, 1, COUNT_MAX),
                section.integer("handles-max", DEFAULT.handlesMax, 1, COUNT_MAX),
                section.integer("descriptors-max", DEFAULT.descriptorsMax, 0, COUNT_MAX),
                section.choice("inode-file-handles", DEFAULT.inodeFileHandles));
    }

    /** How many descriptors are kept for files that could be opened again. */
    int cachedMax() {
        return descriptorsMax == 0 ? DESCRIPTORS_CACHED : descriptorsMax;
    }

    /** How many descriptors are kept for files that could not be opened again. */
    int pinnedMax() {
        return descriptorsMax == 0 ? Integer.MAX_VALUE : descriptorsMax;
    }
}
