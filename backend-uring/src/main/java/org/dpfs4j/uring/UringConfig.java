package org.dpfs4j.uring;

import java.nio.file.Path;
import org.dpfs4j.config.Section;

/**
 * A {@code [backend.NAME]} of type "uring".
 *
 * @param root the directory that devices see as their root; absolute, must exist when the backend starts
 * @param cache what a guest may remember
 * @param budget how much a guest may make the server keep
 * @param access who may do what, and as whom
 * @param locks which locks are the server's
 */
public record UringConfig(Path root, CacheConfig cache, BudgetConfig budget, AccessConfig access, LockConfig locks) {
    /** Refuses what cannot be served. */
    public UringConfig {
        if (!root.isAbsolute()) {
            throw new IllegalArgumentException("root must be an absolute path: " + root);
        }
    }

    /** A directory with everything else as it is when nothing is said. */
    public static UringConfig of(Path root) {
        return new UringConfig(
                root, CacheConfig.DEFAULT, BudgetConfig.DEFAULT, AccessConfig.DEFAULT, LockConfig.DEFAULT);
    }

    /** Reads the table; problems go to the section. */
    static UringConfig read(Section section) {
        var root = section.path("root");
        return new UringConfig(
                root.isAbsolute() ? root : Path.of("/"),
                CacheConfig.read(section),
                BudgetConfig.read(section),
                AccessConfig.read(section),
                LockConfig.read(section));
    }

    /** The same with another budget. */
    UringConfig with(BudgetConfig other) {
        return new UringConfig(root, cache, other, access, locks);
    }

    /** The same with other rules for what a guest may remember. */
    UringConfig with(CacheConfig other) {
        return new UringConfig(root, other, budget, access, locks);
    }

    /** The same with other rules of access. */
    UringConfig with(AccessConfig other) {
        return new UringConfig(root, cache, budget, other, locks);
    }

    /** The same with other rules for locks. */
    UringConfig with(LockConfig other) {
        return new UringConfig(root, cache, budget, access, other);
    }

    /** What of {@link org.dpfs4j.wire.InitFlags} all this makes a share do, beside what {@link Terms} are to be agreed on. */
    long features() {
        return cache.features() | locks.features();
    }
}
