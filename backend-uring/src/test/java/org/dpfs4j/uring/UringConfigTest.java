package org.dpfs4j.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.dpfs4j.config.Problem;
import org.dpfs4j.config.Section;
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
        assertThat(config.cache().attrTimeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(config.cache().entryTimeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(config.cache().negativeTimeout()).isZero();
        assertThat(config.cache().readdirplus()).isTrue();
    }

    @Test
    void everyKeyIsRead() {
        var config = read(Map.of(
                "root", "/srv/data",
                "attr-timeout", "2s",
                "entry-timeout", "3s",
                "negative-timeout", "4ms",
                "nodes-max", 5L,
                "handles-max", 6L,
                "readdirplus", false));

        assertThat(problems).isEmpty();
        assertThat(config)
                .isEqualTo(UringConfig.of(Path.of("/srv/data"))
                        .with(new CacheConfig(
                                Duration.ofSeconds(2), Duration.ofSeconds(3), Duration.ofMillis(4), false))
                        .with(new BudgetConfig(5, 6)));
    }

    @Test
    void allThatIsWrongIsReported() {
        read(Map.of("root", "relative", "attr-timeout", "soon", "nodes-max", 0L, "rooot", "x"));

        assertThat(problems).hasSize(4);
    }

    @Test
    void whatCannotBeServedIsNotConstructed() {
        assertThatThrownBy(() -> UringConfig.of(Path.of("relative"))).hasMessageContaining("absolute");
        assertThatThrownBy(() -> new CacheConfig(Duration.ofSeconds(-1), Duration.ZERO, Duration.ZERO, true))
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

    @Test
    void whatNeedsAttributesDoesNotGoWithoutThem() {
        for (var key : Map.of("posix-acl", "auto", "security-label", "always").entrySet()) {
            assertThatThrownBy(() -> read(Map.of("root", "/", "xattr", false, key.getKey(), key.getValue())))
                    .hasMessageContaining("xattr is false");
        }
    }

    @Test
    void accessListsGoWithIdsAndNamesAsTheyAreOnly() {
        assertThatThrownBy(() -> read(Map.of("root", "/", "posix-acl", "auto", "translate-uid", List.of("map:0:1:1"))))
                .hasMessageContaining("does not go with translate-uid");
        assertThatThrownBy(() -> read(Map.of("root", "/", "posix-acl", "auto", "xattrmap", ":map::user.v.:")))
                .hasMessageContaining("does not go with an xattrmap");
        read(Map.of("root", "/", "posix-acl", "auto", "xattrmap", ":map:trusted.:user.v.:"));
        assertThat(problems).isEmpty();
    }

    @Test
    void aGuestIsLeftLessThanTheProcessMayHave() {
        var limited = BudgetConfig.DEFAULT.within(1000);

        assertThat(limited.nodesMax() + limited.handlesMax()).isLessThanOrEqualTo(1000);
        assertThat(BudgetConfig.DEFAULT.within(1 << 20)).isEqualTo(BudgetConfig.DEFAULT);
    }
}
