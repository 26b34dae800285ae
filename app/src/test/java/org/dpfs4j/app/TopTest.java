package org.dpfs4j.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.dpfs4j.app.PrometheusText.Metric;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code top} makes of texts. */
class TopTest {
    private static final String BEFORE = """
            # HELP dpfs4j_mounted ...
            dpfs4j_mounted{device="a"} 1.0
            dpfs4j_mounted{device="idle"} 0.0
            dpfs4j_requests_total{device="a",op="read",queue="1"} 100
            dpfs4j_requests_total{device="a",op="lookup",queue="1"} 5
            dpfs4j_request_seconds_bucket{device="a",op="read",le="1.0E-5"} 90
            dpfs4j_request_seconds_bucket{device="a",op="read",le="2.0E-5"} 100
            dpfs4j_request_seconds_bucket{device="a",op="read",le="+Inf"} 100
            dpfs4j_read_bytes_total{device="a"} 0
            """;
    private static final String AFTER = """
            dpfs4j_mounted{device="a"} 1.0
            dpfs4j_mounted{device="idle"} 0.0
            dpfs4j_requests_total{device="a",op="read",queue="1"} 200
            dpfs4j_requests_total{device="a",op="read",queue="2"} 60000
            dpfs4j_requests_total{device="a",op="lookup",queue="1"} 7
            dpfs4j_request_errors_total{device="a",op="lookup"} 1
            dpfs4j_request_seconds_bucket{device="a",op="read",le="1.0E-5"} 90
            dpfs4j_request_seconds_bucket{device="a",op="read",le="2.0E-5"} 198
            dpfs4j_request_seconds_bucket{device="a",op="read",le="+Inf"} 200
            dpfs4j_read_bytes_total{device="a"} 5.0E8
            dpfs4j_requests_in_flight{device="a",queue="1"} 3
            dpfs4j_nodes{device="a",mount="/"} 42
            dpfs4j_chains_invalid_total{device="a"} 0
            dpfs4j_replies_refused_total{device="a"} 2
            dpfs4j_queues_broken_total{device="a"} 1
            process_files_open_files 17
            process_files_max_files 1024
            process_resident_memory_bytes 2.0E8
            process_uptime_seconds 7380
            """;

    private static TopReading reading(String before, String after) {
        return new TopReading(PrometheusText.of(before), PrometheusText.of(after), 2);
    }

    @Test
    void theBusiestDeviceAndOperationStandFirst() {
        assertThat(TopTable.of(reading(BEFORE, AFTER), 0))
                .containsExactly(
                        "up 2 h 3 min   lanes busy 0 %   workers 0/0, 0 waiting   files 17/1024   memory 200 MB",
                        "",
                        "a   mounted   30k ops/s   read 250 MB/s   write 0 B/s   errors 0.5/s",
                        "  in flight 3   parked 0   nodes 42   handles 0   broken queues 1   refused replies 2",
                        "  OPERATION                OPS/S  ERRORS/S       P50       P99",
                        "  read                       30k         0     15 us    > 17 s",
                        "  lookup                       1       0.5         -         -",
                        "",
                        "idle   not mounted   0 ops/s   read 0 B/s   write 0 B/s   errors 0/s",
                        "  in flight 0   parked 0   nodes 0   handles 0",
                        "  idle");
    }

    @Test
    void linesAreCutToTheTerminalsWidth() {
        assertThat(TopTable.of(reading(BEFORE, AFTER), 30)).allMatch(line -> line.length() <= 30);
    }

    @Test
    void aNameCannotDrawOnTheTerminal() {
        var text = "dpfs4j_mounted{device=\"a\033[2J\\nb\"} 1\n";
        assertThat(TopTable.of(reading(text, text), 0))
                .noneMatch(line -> line.contains("\033"))
                .anyMatch(line -> line.startsWith("a?[2J?b   mounted"));
    }

    @Test
    void aServerThatWasStartedAgainCountsFromZero() {
        var reading = reading(/* before= */ AFTER, /* after= */ BEFORE);
        assertThat(reading.rate(Metric.REQUESTS, "a", "read")).isEqualTo(50);
        assertThat(reading.quantile("a", "read", 0.5)).isCloseTo(5.55e-6, within(1e-7));
    }

    @Test
    void labelsAreUnescapedAndNumbersMayBeInfinite() {
        var text = PrometheusText.of("dpfs4j_nodes{device=\"a\\\\n\\\"}{,b\",mount=\"\\n\"} +Inf 123\n");
        assertThat(text.of(Metric.NODES))
                .containsExactly(new PrometheusText.Sample(
                        Map.of("device", "a\\n\"}{,b", "mount", "\n"), Double.POSITIVE_INFINITY));
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>", "a{b} 1", "a{b=\"c} 1", "a x", "a", "a{b=\"c\" d} 1", "1a 1"})
    void otherTextsAreRefusedWithTheirLine(String line) {
        assertThatThrownBy(() -> PrometheusText.of("a 1\n" + line + "\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("line 2 is not Prometheus' text format");
    }

    @Test
    void unitsAreThoseOfPeople() {
        assertThat(List.of(TopTable.time(3.4e-5), TopTable.time(0.0012), TopTable.time(2)))
                .containsExactly("34 us", "1.2 ms", "2 s");
        assertThat(List.of(TopTable.count(9999), TopTable.count(12_345), TopTable.count(2.5e6)))
                .containsExactly("9999", "12k", "2.5M");
        assertThat(List.of(TopTable.bytes(999), TopTable.bytes(1500), TopTable.bytes(3e9)))
                .containsExactly("999 B", "1.5 kB", "3 GB");
    }
}
