package org.dpfs4j.uring;

import java.time.Duration;
import org.dpfs4j.config.Section;
import org.dpfs4j.wire.InitFlags;

/**
 * What a guest may remember.
 *
 * @param attrTimeout how long a guest may trust attributes
 * @param entryTimeout how long a guest may trust that a name means a file
 * @param negativeTimeout how long a guest may trust that a name means nothing; zero: not at all
 * @param readdirplus whether a guest may read directories together with the attributes of their entries
 */
public record CacheConfig(Duration attrTimeout, Duration entryTimeout, Duration negativeTimeout, boolean readdirplus) {
    private static final long READDIRPLUS = InitFlags.DO_READDIRPLUS | InitFlags.READDIRPLUS_AUTO;

    /** What is used when nothing is said. */
    public static final CacheConfig DEFAULT =
            new CacheConfig(Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ZERO, true);

    /** Refuses what cannot be served. */
    public CacheConfig {
        requireNotNegative("attr-timeout", attrTimeout);
        requireNotNegative("entry-timeout", entryTimeout);
        requireNotNegative("negative-timeout", negativeTimeout);
    }

    private static void requireNotNegative(String key, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(key + " is negative: " + value);
        }
    }

    static CacheConfig read(Section section) {
        return new CacheConfig(
                section.duration("attr-timeout", DEFAULT.attrTimeout),
                section.duration("entry-timeout", DEFAULT.entryTimeout),
                section.duration("negative-timeout", DEFAULT.negativeTimeout),
                section.flag("readdirplus", DEFAULT.readdirplus));
    }

    /** What of {@link InitFlags} this makes a share do. */
    long features() {
        return readdirplus ? READDIRPLUS : 0;
    }
}
