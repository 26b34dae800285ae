package org.dpfs4j.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CaseTest {
    private static final Case.Defaults DEFAULTS = new Case.Defaults(8192, 16, false, false);

    @ParameterizedTest
    @CsvSource({
        "randread-4k-qd64, randread-4k-qd64",
        "randread, randread-8k-qd16",
        "SEQWRITE-1M, seqwrite-1m-qd16",
        "ev-untar-qd1, ev-untar-qd1",
        "think-getattr-qd1, think-getattr-qd1",
        "readdirplus-1000, readdirplus-1000",
        "readdir, readdir-1000",
        "readdir-1000-qd4, readdir-1000-qd4",
        "randrw-512-qd2-direct, randrw-512-qd2-direct"
    })
    void aNameLeavesOpenWhatHasDefaults(String name, String whole) {
        assertThat(Case.named(name, DEFAULTS).name()).isEqualTo(whole);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "getattr-4k",
                "randread-3k",
                "randread-2m",
                "randread-256",
                "nop-qd0",
                "nop-qd257",
                "nop-qd99999999999",
                "randread-99999m",
                "lookup-1000"
            })
    void whatIsNoCaseIsRefused(String name) {
        assertThatThrownBy(() -> Case.named(name, DEFAULTS)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void everyTargetIsACaseOfThatName() {
        for (var name : Case.TARGETS) {
            assertThat(Case.named(name, DEFAULTS).name()).isEqualTo(name);
        }
    }

    @Test
    void prefixesSayHowTheDriverWaits() {
        var sleeping = Case.named("ev-think-randread-4k-qd1", DEFAULTS);
        assertThat(sleeping.sleeping()).isTrue();
        assertThat(sleeping.think()).isEqualTo(Duration.ofNanos(30_000));
        assertThat(Case.named("randread", new Case.Defaults(4096, 1, true, true))
                        .name())
                .isEqualTo("ev-randread-4k-qd1-direct");
    }
}
