package org.dpfs4j.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsServerTest {
    private MetricsServer server;

    @BeforeEach
    void open() throws IOException {
        server = MetricsServer.open(MetricsAddress.of("0"), () -> "a 1\n");
    }

    @AfterEach
    void close() {
        server.close();
    }

    private String ask(String request) throws IOException {
        var at = server.address();
        try (var socket = new Socket(at.host(), at.port())) {
            socket.getOutputStream()
                    .write((request + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void metricsAreText() throws IOException {
        assertThat(ask("GET /metrics"))
                .startsWith("HTTP/1.1 200 ")
                .contains("text/plain; version=0.0.4")
                .endsWith("\r\n\r\na 1\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /", "GET /metrics/", "GET /metricsx", "POST /metrics", "DELETE /metrics"})
    void anythingElseIsNotFound(String request) throws IOException {
        assertThat(ask(request)).startsWith("HTTP/1.1 404 ").endsWith("only GET /metrics\n");
    }

    @Test
    void aPortAloneIsThisMachinesOwn() {
        assertThat(server.address().host()).isEqualTo("127.0.0.1");
    }

    @Test
    void anAddressInUseIsOneSentence() {
        assertThatThrownBy(() -> MetricsServer.open(server.address(), () -> ""))
                .isInstanceOf(IOException.class)
                .hasMessage(server.address() + " cannot be listened at: Address already in use");
    }

    @Test
    void aConnectionThatSaysNothingKeepsNobodyWaiting() throws IOException {
        try (var silent = new Socket(server.address().host(), server.address().port())) {
            assertThat(silent.isConnected()).isTrue();
            assertThat(ask("GET /metrics")).endsWith("a 1\n");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "9100,127.0.0.1:9100",
        ":9100,127.0.0.1:9100",
        "host.example:1,host.example:1",
        "[::1]:65535,[::1]:65535"
    })
    void addressesAreAHostAndAPort(String written, String meant) {
        assertThat(MetricsAddress.of(written)).hasToString(meant);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "host", "host:", "::1:80", "host:65536", "a b:1", "http://host:1", "host:-1", "unix:/a"})
    void otherTextsAreNone(String written) {
        assertThatThrownBy(() -> MetricsAddress.of(written))
                .hasMessage("must be HOST:PORT or PORT: \"" + written + "\"");
    }
}
