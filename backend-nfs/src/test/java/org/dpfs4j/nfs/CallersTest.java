package org.dpfs4j.nfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Groups of users as they stand in the configuration. */
class CallersTest {
    @Test
    void aUserHasTheGroupsThatAreNamed() {
        var groups = Callers.groups(List.of("1000: 7, 4294967294", "0:5"));
        assertThat(groups).hasSize(2);
        assertThat(groups.get(1000)).containsExactly(7, -2);
        assertThat(groups.get(0)).containsExactly(5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1000",
                "1000:",
                ":7",
                "1000:7,",
                "root:7",
                "1000:wheel",
                "-1:7",
                "1000:7:8",
                "1000:4294967296"
            })
    void whatIsNoListOfGroupsIsRefused(String line) {
        assertThatThrownBy(() -> Callers.groups(List.of(line)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not of the form UID:GID,GID: " + line);
    }

    @Test
    void moreThanARequestCarriesAreRefused() {
        var sixteen = "1:" + IntStream.range(0, 16).mapToObj(String::valueOf).collect(Collectors.joining(","));
        assertThat(Callers.groups(List.of(sixteen)).get(1)).hasSize(16);
        assertThatThrownBy(() -> Callers.groups(List.of(sixteen + ",16"))).hasMessageContaining("more than 16 groups");
    }

    @Test
    void aUserIsNamedOnce() {
        assertThatThrownBy(() -> Callers.groups(List.of("1:2", "1:3"))).hasMessageContaining("named twice");
    }
}
