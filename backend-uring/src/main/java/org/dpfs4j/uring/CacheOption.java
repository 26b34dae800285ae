package org.dpfs4j.uring;

/** A choice of {@link CacheConfig} that is on or off; the key in the configuration is its name in kebab case. */
public enum CacheOption {
    /** Directories may be read together with the attributes of their entries; never with {@link CachePolicy#NEVER}. */
    READDIRPLUS(true),
    /** The guest keeps what is written and answers for sizes and times; only where it keeps data. */
    WRITEBACK(false),
    /** Files may be mapped shared although their data is not kept. */
    ALLOW_MMAP(false),
    /** O_DIRECT reaches this machine's files; else it is the guest's own matter. */
    ALLOW_DIRECT_IO(false),
    /** Changes on this machine are watched, see {@link Freshness}. */
    WATCH(false),
    /** Mounts below the root are mounts for the guest, too. */
    ANNOUNCE_SUBMOUNTS(true),
    /** O_NOATIME reaches this machine's files. */
    PRESERVE_NOATIME(false);

    private final boolean byDefault;

    CacheOption(boolean byDefault) {
        this.byDefault = byDefault;
    }

    /** Whether it is on when nothing is said. */
    boolean byDefault() {
        return byDefault;
    }
}
