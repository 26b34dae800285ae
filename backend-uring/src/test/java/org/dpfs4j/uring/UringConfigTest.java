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
                "root",
                "/srv/data",
                "attr-timeout",
                "2s",
                "entry-timeout",
                "3s",
                "negative-timeout",
                "4ms",
                "nodes-max",
                5L,
                "handles-max",
                6L,
                "readdirplus",
                false,
                "posix-locks",
                false,
                "flock",
                false,
                "lock-wait-max",
                "7s"));

        assertThat(problems).isEmpty();
        assertThat(config)
                .isEqualTo(UringConfig.of(Path.of("/srv/data"))
                        .with(new CacheConfig(
                                Duration.ofSeconds(2), Duration.ofSeconds(3), Duration.ofMillis(4), false))
                        .with(new BudgetConfig(5, 6))
                        .with(new LockConfig(false, false, Duration.ofSeconds(7))));
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
    void aGuestIsLeftLessThanTheProcessMayHave() {
        var limited = BudgetConfig.DEFAULT.within(1000);

        assertThat(limited.nodesMax() + limited.handlesMax()).isLessThanOrEqualTo(1000);
        assertThat(BudgetConfig.DEFAULT.within(1 << 20)).isEqualTo(BudgetConfig.DEFAULT);
    }
}
