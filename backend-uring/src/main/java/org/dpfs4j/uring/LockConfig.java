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
 * @param inheritedLockWaitMax as {@code lockWaitMax}, where that is zero, the lock was taken through the very open file that it is waited
 *     for through, as by the parent of a child process, and the guest cannot tell of signals: a parent that kills its
 *     child, and waits for it with the lock in hand, would wait for ever
 */
public record LockConfig(boolean posixLocks, boolean flock, Duration lockWaitMax, Duration inheritedLockWaitMax) {
    /** What is used when nothing is said. */
    public static final LockConfig DEFAULT = new LockConfig(true, true, Duration.ZERO, Duration.ofSeconds(10));

    /** Owners of locks that a device may have at a time, each with a descriptor of its own: ENOLCK beyond. */
    static final int OWNERS_MAX = 4096;

    /** Ranges that a device may have locked at a time; the kernel walks all of a file's at each call. ENOLCK beyond. */
    static final int RANGES_MAX = 8192;

    /** Refuses what cannot be served. */
    public LockConfig {
        if (lockWaitMax.isNegative() || inheritedLockWaitMax.isNegative()) {
            throw new IllegalArgumentException("lock-wait-max or inherited-lock-wait-max is negative");
        }
    }

    static LockConfig read(Section section) {
        return new LockConfig(
                section.flag("posix-locks", DEFAULT.posixLocks),
                section.flag("flock", DEFAULT.flock),
                section.duration("lock-wait-max", DEFAULT.lockWaitMax),
                section.duration("inherited-lock-wait-max", DEFAULT.inheritedLockWaitMax));
    }

    /** What of {@link InitFlags} this makes a share do. */
    long features() {
        return (posixLocks ? InitFlags.POSIX_LOCKS : 0) | (flock ? InitFlags.FLOCK_LOCKS : 0);
    }
}
