package org.dpfs4j.uring;

import java.time.Duration;
import org.dpfs4j.wire.OpenReplyFlags;

/** How much of a tree a guest may keep: what everything else that it may remember follows from. */
public enum CachePolicy {
    /** Data until its file is opened again or has changed, all else for a second. */
    AUTO(Duration.ofSeconds(1), 0, 0),
    /** Everything, for a day: for a tree that nobody else changes. */
    ALWAYS(Duration.ofDays(1), OpenReplyFlags.KEEP_CACHE, OpenReplyFlags.KEEP_CACHE | OpenReplyFlags.CACHE_DIR),
    /** Nothing at all. */
    NEVER(Duration.ZERO, OpenReplyFlags.DIRECT_IO | OpenReplyFlags.PARALLEL_DIRECT_WRITES, 0),
    /** Names and attributes for a day, but no data. */
    METADATA(
            Duration.ofDays(1),
            OpenReplyFlags.DIRECT_IO | OpenReplyFlags.PARALLEL_DIRECT_WRITES,
            OpenReplyFlags.KEEP_CACHE | OpenReplyFlags.CACHE_DIR);

    private final Duration timeout;
    private final int fileFlags;
    private final int directoryFlags;

    CachePolicy(Duration timeout, int fileFlags, int directoryFlags) {
        this.timeout = timeout;
        this.fileFlags = fileFlags;
        this.directoryFlags = directoryFlags;
    }

    /**
     * What this policy means when no time is given. That a name means nothing is never kept unasked: what the host adds
     * shows up at once.
     */
    Timeouts timeouts() {
        return new Timeouts(timeout, timeout, Duration.ZERO);
    }

    /** {@link OpenReplyFlags} of every open file. */
    int fileFlags() {
        return fileFlags;
    }

    /** {@link OpenReplyFlags} of every open directory. */
    int directoryFlags() {
        return directoryFlags;
    }

    /** Whether a guest keeps data. */
    boolean keepsData() {
        return (fileFlags & OpenReplyFlags.DIRECT_IO) == 0;
    }
}
