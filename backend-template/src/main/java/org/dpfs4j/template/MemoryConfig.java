package org.dpfs4j.template;

import java.time.Duration;

/**
 * The {@code [backend.NAME]} table of a tree in memory.
 *
 * @param sizeBytes what files, names and nodes may take together ({@code size}), at least 64 KiB
 * @param attrTimeout for how long a guest may trust names and attributes ({@code attr-timeout}); 0 when guests share the tree
 */
public record MemoryConfig(long sizeBytes, Duration attrTimeout) {
    private static final long SIZE_MIN = 64 << 10;

    /** Refuses what makes no sense. */
    public MemoryConfig {
        if (sizeBytes < SIZE_MIN) {
            throw new IllegalArgumentException("size is less than 64KiB: " + sizeBytes + " bytes");
        }
        if (attrTimeout.isNegative()) {
            throw new IllegalArgumentException("attr-timeout is negative: " + attrTimeout);
        }
    }
}
