package org.dpfs4j.uring;

import org.dpfs4j.config.Section;
import org.dpfs4j.wire.InitFlags;

/**
 * Who may do what, and as whom.
 *
 * @param suppGroup whether a guest's caller may create with one of its supplementary groups
 */
public record AccessConfig(boolean suppGroup) {
    /** What is used when nothing is said. */
    public static final AccessConfig DEFAULT = new AccessConfig(true);

    static AccessConfig read(Section section) {
        return DEFAULT;
    }

    /** What of {@link InitFlags} this makes a share do. */
    long features() {
        return suppGroup ? InitFlags.CREATE_SUPP_GROUP : 0;
    }
}
