package org.dpfs4j.uring;

import org.dpfs4j.config.Section;

/** Which locks are the server's; all others are each guest's own. */
public record LockConfig() {
    /** What is used when nothing is said. */
    public static final LockConfig DEFAULT = new LockConfig();

    static LockConfig read(Section section) {
        return DEFAULT;
    }

    /** What of {@link org.dpfs4j.wire.InitFlags} this makes a share do. */
    long features() {
        return 0;
    }
}
