package org.dpfs4j.vhostuser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.dpfs4j.config.Problem;
import org.dpfs4j.config.Section;
import org.dpfs4j.transport.TransportProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a user may write, and what is said about the rest. */
class VhostUserConfigTest {
    private final List<Problem> problems = new ArrayList<>();

    private void configure(Map<String, Object> values) {
        var all = new HashMap<>(values);
        all.put("type", "vhost-user");
        var section = new Section("transport", all, key -> 7, problems);
        section.text("type");
        new VhostUserProvider().configure(section);
        section.reportUnknownKeys();
    }

    @Test
    void providerIsFoundByItsType() {
        assertThat(ServiceLoader.load(TransportProvider.class).stream())
                .anyMatch(provider -> provider.get().type().equals("vhost-user"));
    }

    @Test
    void everyKeyIsKnown() {
        configure(Map.of(
                "socket",
                "/run/x.sock",
                "socket-mode",
                "0660",
                "request-queues",
                4L,
                "queue-size",
                256L,
                "config-space",
                false,
                "packed-ring",
                false,
                "stop-limit",
                "5s"));
        configure(Map.of("fd", 3L));
        assertThat(problems).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "request-queues | 0 | transport.request-queues must be from 1 to 64: 0",
                "request-queues | 65 | transport.request-queues must be from 1 to 64: 65",
                "queue-size | 65536 | transport.queue-size must be from 2 to 32768: 65536",
                "fd | -1 | transport.fd must be from 0 to 2147483647: -1",
                "colour | 1 | transport.colour is not a known key"
            })
    void wrongNumberIsNamed(String key, long value, String message) {
        configure(Map.of("socket", "/run/x.sock", key, value));
        assertThat(problems).first().satisfies(problem -> {
            assertThat(problem.message()).startsWith(message);
            assertThat(problem.line()).isEqualTo(7);
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "socket | x.sock | transport.socket must be an absolute path: \"x.sock\"",
                "socket-mode | 0999 | transport.socket-mode must be permission bits such as \"0660\": \"0999\"",
                "stop-limit | soon | transport.stop-limit must be a time"
            })
    void wrongTextIsNamed(String key, String value, String message) {
        var values = new HashMap<String, Object>(Map.of("socket", "/run/x.sock"));
        values.put(key, value);
        configure(values);
        assertThat(problems)
                .isNotEmpty()
                .first()
                .satisfies(problem -> assertThat(problem.message()).startsWith(message));
    }

    @Test
    void socketOrDescriptorIsNeeded() {
        configure(Map.of());
        assertThat(problems)
                .first()
                .satisfies(problem -> assertThat(problem.message()).isEqualTo("transport.socket is missing"));
    }

    @Test
    void socketAndDescriptorTogetherAreRefused() {
        configure(Map.of("socket", "/run/x.sock", "fd", 3L));
        assertThat(problems)
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).isEqualTo("transport: needs either socket or fd"));
    }

    @Test
    void longPathIsRefusedInOneSentence() {
        var path = Path.of("/" + "x".repeat(106));
        assertThatThrownBy(() -> VhostUserConfig.at(path))
                .hasMessage("socket has 107 bytes, and a socket's path has 106 at most: " + path);
        assertThat(VhostUserConfig.at(Path.of("/" + "x".repeat(105))).queues()).isEqualTo(2);
    }
}
