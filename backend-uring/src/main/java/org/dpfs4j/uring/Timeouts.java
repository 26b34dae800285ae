package org.dpfs4j.uring;

import java.time.Duration;
import org.dpfs4j.config.Section;

/**
 * How long a guest may trust what it is told.
 *
 * @param attributes what the attributes of a file are
 * @param entry that a name means a file
 * @param negative that a name means nothing; zero: not at all
 */
public record Timeouts(Duration attributes, Duration entry, Duration negative) {
    /** Refuses what cannot be served. */
    public Timeouts {
        requireNotNegative("attr-timeout", attributes);
        requireNotNegative("entry-timeout", entry);
        requireNotNegative("negative-timeout", negative);
    }

    private static void requireNotNegative(String key, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(key + " is negative: " + value);
        }
    }

    /** What the section says, and {@code otherwise} where it says nothing. */
    static Timeouts read(Section section, Timeouts otherwise) {
        return new Timeouts(
                section.duration("attr-timeout", otherwise.attributes),
                section.duration("entry-timeout", otherwise.entry),
                section.duration("negative-timeout", otherwise.negative));
    }
}
