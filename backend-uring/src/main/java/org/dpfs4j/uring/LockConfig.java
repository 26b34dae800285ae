package org.dpfs4j.uring;

import java.time.Duration;
import org.dpfs4j.config.Section;
import org.dpfs4j.wire.InitFlags;

/**
 * Which locks are the server's, so that all guests of a tree and the programs of its host see them; all others are each
 * guest's own.
 *
 * @param posixLocks locks of fcntl(2) on ranges of bytes
 * @param flock locks of flock(2) on files
 * @param lockWaitMax how long a guest waits for a lock before it is told EAGAIN; zero for as long as it takes
 */
public record LockConfig(boolean posixLocks, boolean flock, Duration lockWaitMax) {
    /** What is used when nothing is said. */
    public static final LockConfig DEFAULT = new LockConfig(true, true, Duration.ZERO);

    /** Owners of locks that a device may have at a time, each with a descriptor of its own: ENOLCK beyond. */
    static final int OWNERS_MAX = 4096;

    /** Ranges that a device may have locked at a time; the kernel walks all of a file's at each call. ENOLCK beyond. */
    static final int RANGES_MAX = 8192;

    /** Refuses what cannot be served. */
    public LockConfig {
        if (lockWaitMax.isNegative()) {
            throw new IllegalArgumentException("lock-wait-max is negative: " + lockWaitMax);
        }
    }

    static LockConfig read(Section section) {
        return new LockConfig(
                section.flag("posix-locks", DEFAULT.posixLocks),
                section.flag("flock", DEFAULT.flock),
                section.duration("lock-wait-max", DEFAULT.lockWaitMax));
    }

    /** What of {@link InitFlags} this makes a share do. */
    long features() {
        return (posixLocks ? InitFlags.POSIX_LOCKS : 0) | (flock ? InitFlags.FLOCK_LOCKS : 0);
    }
}
