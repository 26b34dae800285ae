package org.dpfs4j.uring;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.dpfs4j.config.Section;
import org.dpfs4j.wire.InitFlags;

/**
 * What a guest may remember.
 *
 * @param policy how much at all
 * @param timeouts for how long
 * @param watchMax with {@link CacheOption#WATCH}, for how long what has changed on the host lately
 * @param options what else is on
 */
public record CacheConfig(CachePolicy policy, Timeouts timeouts, Duration watchMax, Set<CacheOption> options) {
    private static final long READDIRPLUS = InitFlags.DO_READDIRPLUS | InitFlags.READDIRPLUS_AUTO;
    private static final Duration WATCH_MAX = Duration.ofSeconds(1);
    private static final Duration WATCH_MAX_MAX = Duration.ofDays(1);

    /** What is used when nothing is said. */
    public static final CacheConfig DEFAULT = of(CachePolicy.AUTO);

    /** Refuses what cannot be served. */
    public CacheConfig {
        if (watchMax.isNegative() || watchMax.compareTo(WATCH_MAX_MAX) > 0) {
            throw new IllegalArgumentException("watch-max must be from 0s to 1 day: " + watchMax);
        }
        options = Set.copyOf(options);
    }

    /** A policy with everything else as it is when nothing is said. */
    public static CacheConfig of(CachePolicy policy) {
        var options = EnumSet.noneOf(CacheOption.class);
        for (var option : CacheOption.values()) {
            if (option.byDefault()) {
                options.add(option);
            }
        }
        return new CacheConfig(policy, policy.timeouts(), WATCH_MAX, options);
    }

    static CacheConfig read(Section section) {
        var policy = section.choice("cache", CachePolicy.AUTO);
        var options = EnumSet.noneOf(CacheOption.class);
        for (var option : CacheOption.values()) {
            var key = option.name().toLowerCase(Locale.ROOT).replace('_', '-');
            if (section.flag(key, option.byDefault())) {
                options.add(option);
            }
        }
        var watchMax = section.duration("watch-max", WATCH_MAX);
        if (watchMax.compareTo(WATCH_MAX_MAX) > 0) {
            section.problem("watch-max", "must be a day or less");
            watchMax = WATCH_MAX;
        }
        return new CacheConfig(policy, Timeouts.read(section, policy.timeouts()), watchMax, options);
    }

    /** The same with other times. */
    public CacheConfig with(Timeouts other) {
        return new CacheConfig(policy, other, watchMax, options);
    }

    /** The same with a choice on. */
    public CacheConfig with(CacheOption option) {
        var all = EnumSet.of(option);
        all.addAll(options);
        return new CacheConfig(policy, timeouts, watchMax, all);
    }

    /** The same with a choice off. */
    public CacheConfig without(CacheOption option) {
        var all = EnumSet.of(option);
        all.addAll(options);
        all.remove(option);
        return new CacheConfig(policy, timeouts, watchMax, all);
    }

    /** Whether a choice is on. */
    boolean has(CacheOption option) {
        return options.contains(option);
    }

    /** What of {@link InitFlags} this makes a share do. */
    long features() {
        return (has(CacheOption.READDIRPLUS) && policy != CachePolicy.NEVER ? READDIRPLUS : 0)
                | (has(CacheOption.WRITEBACK) && policy.keepsData() ? InitFlags.WRITEBACK_CACHE : 0)
                | (has(CacheOption.ALLOW_MMAP) && !policy.keepsData() ? InitFlags.DIRECT_IO_ALLOW_MMAP : 0)
                | (has(CacheOption.ANNOUNCE_SUBMOUNTS) ? InitFlags.SUBMOUNTS : 0)
                | (policy == CachePolicy.ALWAYS ? InitFlags.CACHE_SYMLINKS : 0);
    }
}
