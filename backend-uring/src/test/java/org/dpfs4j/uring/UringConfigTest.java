package org.dpfs4j.uring;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dpfs4j.config.Problem;
import org.dpfs4j.config.Section;
import org.dpfs4j.wire.InitFlags;
import org.junit.jupiter.api.Test;

class UringConfigTest {
    private final List<Problem> problems = new ArrayList<>();

    private UringConfig read(Map<String, Object> values) {
        var section = new Section("[backend.local]", values, key -> 7, problems);
        var config = UringConfig.read(section);
        section.reportUnknownKeys();
        return config;
    }

    @Test
    void everythingButTheRootHasADefault() {
        var config = read(Map.of("root", "/srv/data"));

        assertThat(problems).isEmpty();
        assertThat(config.root()).isEqualTo(Path.of("/srv/data"));
        assertThat(config.cache()).isEqualTo(CacheConfig.DEFAULT);
        assertThat(config.cache().timeouts())
                .isEqualTo(new Timeouts(Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ZERO));
        assertThat(config.cache().options())
                .containsExactlyInAnyOrder(CacheOption.READDIRPLUS, CacheOption.ANNOUNCE_SUBMOUNTS);
    }

    @Test
    void everyKeyIsRead() {
        var config = read(Map.ofEntries(
                entry("root", "/srv/data"),
                entry("cache", "metadata"),
                entry("attr-timeout", "2s"),
                entry("entry-timeout", "3s"),
                entry("negative-timeout", "4ms"),
                entry("nodes-max", 5L),
                entry("handles-max", 6L),
                entry("descriptors-max", 7L),
                entry("inode-file-handles", "never"),
                entry("readdirplus", false),
                entry("writeback", true),
                entry("allow-mmap", true),
                entry("allow-direct-io", true),
                entry("watch", true),
                entry("watch-max", "5s"),
                entry("announce-submounts", false),
                entry("preserve-noatime", true),
                entry("posix-locks", false),
                entry("flock", false),
                entry("lock-wait-max", "7s"),
                entry("inherited-lock-wait-max", "8s")));

        assertThat(problems).isEmpty();
        var timeouts = new Timeouts(Duration.ofSeconds(2), Duration.ofSeconds(3), Duration.ofMillis(4));
        var on = EnumSet.complementOf(EnumSet.of(CacheOption.READDIRPLUS, CacheOption.ANNOUNCE_SUBMOUNTS));
        assertThat(config)
                .isEqualTo(UringConfig.of(Path.of("/srv/data"))
                        .with(new CacheConfig(CachePolicy.METADATA, timeouts, Duration.ofSeconds(5), on))
                        .with(new BudgetConfig(5, 6, 7, FileHandles.NEVER))
                        .with(new LockConfig(false, false, Duration.ofSeconds(7), Duration.ofSeconds(8))));
    }

    @Test
    void timesFollowThePolicyUnlessTheyAreGiven() {
        assertThat(read(Map.of("root", "/a", "cache", "always")).cache().timeouts())
                .isEqualTo(new Timeouts(Duration.ofDays(1), Duration.ofDays(1), Duration.ZERO));
        assertThat(read(Map.of("root", "/a", "cache", "never")).cache().timeouts())
                .isEqualTo(new Timeouts(Duration.ZERO, Duration.ZERO, Duration.ZERO));
        assertThat(read(Map.of("root", "/a", "cache", "metadata", "attr-timeout", "1s"))
                        .cache()
                        .timeouts())
                .isEqualTo(new Timeouts(Duration.ofSeconds(1), Duration.ofDays(1), Duration.ZERO));
        assertThat(problems).isEmpty();
    }

    @Test
    void aPolicyDecidesWhatIsOffered() {
        var plus = InitFlags.DO_READDIRPLUS | InitFlags.READDIRPLUS_AUTO;
        var all = EnumSet.allOf(CacheOption.class);
        assertThat(offered(CachePolicy.AUTO, all)).isEqualTo(plus | InitFlags.SUBMOUNTS | InitFlags.WRITEBACK_CACHE);
        assertThat(offered(CachePolicy.ALWAYS, all))
                .isEqualTo(plus | InitFlags.SUBMOUNTS | InitFlags.WRITEBACK_CACHE | InitFlags.CACHE_SYMLINKS);
        assertThat(offered(CachePolicy.NEVER, all)).isEqualTo(InitFlags.SUBMOUNTS | InitFlags.DIRECT_IO_ALLOW_MMAP);
        assertThat(offered(CachePolicy.METADATA, all))
                .isEqualTo(plus | InitFlags.SUBMOUNTS | InitFlags.DIRECT_IO_ALLOW_MMAP);
        assertThat(offered(CachePolicy.METADATA, Set.of())).isZero();
    }

    private static long offered(CachePolicy policy, Set<CacheOption> options) {
        return new CacheConfig(policy, policy.timeouts(), Duration.ZERO, options).features();
    }

    @Test
    void allThatIsWrongIsReported() {
        read(Map.of("root", "relative", "attr-timeout", "soon", "nodes-max", 0L, "rooot", "x"));

        assertThat(problems).hasSize(4);
    }

    @Test
    void whatCannotBeServedIsNotConstructed() {
        assertThatThrownBy(() -> UringConfig.of(Path.of("relative"))).hasMessageContaining("absolute");
        assertThatThrownBy(() -> new Timeouts(Duration.ofSeconds(-1), Duration.ZERO, Duration.ZERO))
                .hasMessageContaining("attr-timeout");
    }

    @Test
    void everyKeyOfAccessIsRead() {
        var access = read(Map.of(
                        "root", "/srv/data",
                        "readonly", true,
                        "xattrmap", ":ok:all:::",
                        "posix-acl", "auto",
                        "security-label", "always",
                        "killpriv-v2", false))
                .access();

        assertThat(problems).isEmpty();
        assertThat(access)
                .isEqualTo(new AccessConfig(
                        true,
                        true,
                        XattrMap.of(":ok:all:::"),
                        Negotiation.AUTO,
                        Negotiation.ALWAYS,
                        false,
                        IdMap.IDENTITY,
                        IdMap.IDENTITY));
        assertThat(read(Map.of("root", "/srv/data")).access()).isEqualTo(AccessConfig.DEFAULT);
        assertThat(read(Map.of("root", "/srv/data", "translate-gid", List.of("map:0:1:1")))
                        .access()
                        .gids()
                        .toHost(0))
                .isEqualTo(1);
    }

    @Test
    void rulesOfNamesAndIdsAreWrongWithTheirKey() {
        read(Map.of("root", "/srv/data", "xattrmap", ":ok", "translate-uid", List.of("x", 5L), "translate-gid", 3L));

        assertThat(problems)
                .extracting(Problem::message)
                .satisfiesExactlyInAnyOrder(
                        one -> assertThat(one).contains("xattrmap rule 1 ends early"),
                        one -> assertThat(one).contains("translate-uid must be an array of texts"),
                        one -> assertThat(one).contains("translate-uid is no rule"),
                        one -> assertThat(one).contains("translate-gid must be an array of texts"));
    }

    /** A problem of the section, not an exception: whoever reads configurations reports all of them together. */
    private void assertRefused(Map<String, Object> values, String why) {
        problems.clear();
        read(values);
        assertThat(problems)
                .singleElement()
                .satisfies(one -> assertThat(one.message()).contains(why));
        problems.clear();
    }

    @Test
    void whatNeedsAttributesDoesNotGoWithoutThem() {
        for (var key : Map.of("posix-acl", "auto", "security-label", "always").entrySet()) {
            assertRefused(Map.of("root", "/", "xattr", false, key.getKey(), key.getValue()), "xattr is false");
        }
    }

    @Test
    void accessListsGoWithIdsAndNamesAsTheyAreOnly() {
        assertRefused(
                Map.of("root", "/", "posix-acl", "auto", "translate-uid", List.of("map:0:1:1")),
                "does not go with translate-uid");
        assertRefused(
                Map.of("root", "/", "posix-acl", "auto", "xattrmap", ":map::user.v.:"), "does not go with an xattrmap");
        read(Map.of("root", "/", "posix-acl", "auto", "xattrmap", ":map:trusted.:user.v.:"));
        assertThat(problems).isEmpty();
    }
}
