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
        assertThat(config.attrTimeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(config.entryTimeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(config.negativeTimeout()).isZero();
        assertThat(config.readdirplus()).isTrue();
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
                .isEqualTo(new UringConfig(
                        Path.of("/srv/data"),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(3),
                        Duration.ofMillis(4),
                        5,
                        6,
                        false));
    }

    @Test
    void allThatIsWrongIsReported() {
        read(Map.of("root", "relative", "attr-timeout", "soon", "nodes-max", 0L, "rooot", "x"));

        assertThat(problems).hasSize(4);
    }

    @Test
    void whatCannotBeServedIsNotConstructed() {
        assertThatThrownBy(() -> UringConfig.of(Path.of("relative"))).hasMessageContaining("absolute");
        assertThatThrownBy(() ->
                        new UringConfig(Path.of("/"), Duration.ofSeconds(-1), Duration.ZERO, Duration.ZERO, 1, 1, true))
                .hasMessageContaining("attr-timeout");
    }

    @Test
    void aGuestIsLeftLessThanTheProcessMayHave() {
        var limited = UringConfig.of(Path.of("/")).within(1000);

        assertThat(limited.nodesMax() + limited.handlesMax()).isLessThanOrEqualTo(1000);
        assertThat(UringConfig.of(Path.of("/")).within(1 << 20)).isEqualTo(UringConfig.of(Path.of("/")));
    }
}
