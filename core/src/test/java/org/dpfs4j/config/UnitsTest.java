package org.dpfs4j.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {
    @ParameterizedTest
    @CsvSource({
        "0s, 0",
        "7ns, 7",
        "20us, 20000",
        "200ms, 200000000",
        "1s, 1000000000",
        "5min, 300000000000",
        "2h, 7200000000000",
        "1 d, 86400000000000"
    })
    void timesAreNanoseconds(String text, long nanos) {
        assertThat(Units.TIME.parse(text)).isEqualTo(nanos);
    }

    @ParameterizedTest
    @CsvSource({"100B, 100", "512KiB, 524288", "1MiB, 1048576", "3GiB, 3221225472", "1TiB, 1099511627776"})
    void sizesAreBytes(String text, long bytes) {
        assertThat(Units.SIZE.parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "1", "s", "-1s", "1.5s", "1S", "1kb", "1MiB", "1s ", "\u0661s", "1234567890123456789ns"})
    void whatIsNotATimeIsRefusedWithAnExample(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Units.TIME.parse(text))
                .withMessage("must be a time such as \"1s\", \"200ms\" or \"5min\": \"" + text + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"9007199254740993KiB", "999999999999999999TiB"})
    void whatDoesNotFitIsTooLarge(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Units.SIZE.parse(text))
                .withMessage("is too large: \"" + text + "\"");
    }

    @Property
    void anyTextGivesANumberThatIsNotNegativeOrARefusal(@ForAll String text) {
        try {
            assertThat(Units.SIZE.parse(text)).isNotNegative();
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageEndingWith("\"" + text + "\"");
        }
    }
}
