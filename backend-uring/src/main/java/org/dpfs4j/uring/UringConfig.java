package org.dpfs4j.uring;

import java.nio.file.Path;
import java.time.Duration;
import org.dpfs4j.config.Section;

/**
 * A {@code [backend.NAME]} of type "uring".
 *
 * @param root the directory that devices see as their root; absolute, must exist when the backend starts
 * @param attrTimeout how long a guest may trust attributes
 * @param entryTimeout how long a guest may trust that a name means a file
 * @param negativeTimeout how long a guest may trust that a name means nothing; zero: not at all
 * @param nodesMax how many files a device's guest may know at a time; each holds a descriptor
 * @param handlesMax how many files and directories a device's guest may have open at a time
 * @param readdirplus whether a guest may read directories together with the attributes of their entries
 */
public record UringConfig(
        Path root,
        Duration attrTimeout,
        Duration entryTimeout,
        Duration negativeTimeout,
        int nodesMax,
        int handlesMax,
        boolean readdirplus) {
    private static final int NODES = 400_000;
    private static final int HANDLES = 100_000;
    private static final int COUNT_MAX = 1 << 24;

    /** Refuses what cannot be served. */
    public UringConfig {
        if (!root.isAbsolute()) {
            throw new IllegalArgumentException("root must be an absolute path: " + root);
        }
        requireNotNegative("attr-timeout", attrTimeout);
        requireNotNegative("entry-timeout", entryTimeout);
        requireNotNegative("negative-timeout", negativeTimeout);
        if (nodesMax < 1 || handlesMax < 1) {
            throw new IllegalArgumentException("nodes-max and handles-max must be at least 1");
        }
    }

    private static void requireNotNegative(String key, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(key + " is negative: " + value);
        }
    }

    /** A directory with everything else as it is when nothing is said. */
    public static UringConfig of(Path root) {
        var second = Duration.ofSeconds(1);
        return new UringConfig(root, second, second, Duration.ZERO, NODES, HANDLES, true);
    }

    /** Reads the table; problems go to the section. */
    static UringConfig read(Section section) {
        var root = section.path("root");
        var otherwise = of(root.isAbsolute() ? root : Path.of("/"));
        return new UringConfig(
                otherwise.root,
                section.duration("attr-timeout", otherwise.attrTimeout),
                section.duration("entry-timeout", otherwise.entryTimeout),
                section.duration("negative-timeout", otherwise.negativeTimeout),
                section.integer("nodes-max", otherwise.nodesMax, 1, COUNT_MAX),
                section.integer("handles-max", otherwise.handlesMax, 1, COUNT_MAX),
                section.flag("readdirplus", otherwise.readdirplus));
    }

    /** The same for a process that may have no more than so many descriptors: a guest must not use up all of them. */
    UringConfig within(long descriptors) {
        var nodes = (int) Math.min(nodesMax, Math.max(1, descriptors * 3 / 4));
        var handles = (int) Math.min(handlesMax, Math.max(1, descriptors / 4));
        return new UringConfig(root, attrTimeout, entryTimeout, negativeTimeout, nodes, handles, readdirplus);
    }
}
