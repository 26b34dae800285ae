package org.dpfs4j.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerTest {
    private static final String CONFIGURATION = """
            [server]
            lanes = 1
            [[device]]
            tag = "one"
            transport = { type = "vhost-user", socket = "/run/1.sock" }
            mounts = { "/" = "a", "/cold" = "b" }
            [[device]]
            tag = "two"
            transport = { type = "vhost-user", socket = "/run/2.sock" }
            backend = "a"
            [backend.a]
            type = "uring"
            root = "/a"
            [backend.b]
            type = "nfs"
            root = "/b"
            [backend.idle]
            type = "nfs"
            root = "/idle"
            """;

    @TempDir
    private Path folder;

    private Assembly assembly(Fakes fakes) throws Exception {
        var file = Files.writeString(folder.resolve("d.toml"), CONFIGURATION);
        return Assembly.of(SettingsFile.read(file), fakes.providers());
    }

    @Test
    void backendsInUseStartFirstAndEverythingEndsInReverse() throws Exception {
        var fakes = new Fakes();
        try (var server = Server.start(assembly(fakes))) {
            assertThat(fakes.events).containsExactly("start /a", "start /b", "open one", "open two");
            fakes.events.clear();
            server.drain(Duration.ofSeconds(1));
            assertThat(fakes.events).containsExactly("drain one", "drain two");
            fakes.events.clear();
        }
        assertThat(fakes.events).containsExactly("close two", "close one", "close /b", "close /a");
    }

    @Test
    void aBackendThatCannotStartIsOneSentenceAndNothingStaysOpen() throws Exception {
        var fakes = new Fakes().failingAt("/b");
        var assembly = assembly(fakes);
        var failure = catchThrowableOfType(Failure.class, () -> Server.start(assembly));
        assertThat(failure.exitCode()).isEqualTo(1);
        assertThat(failure.sentences()).containsExactly("backend b: /b is not there");
        assertThat(fakes.events).containsExactly("start /a", "close /b", "close /a");
    }

    @Test
    void aSocketInUseIsOneSentenceAndNothingStaysOpen() throws Exception {
        var fakes = new Fakes().failingAt("/run/2.sock");
        var assembly = assembly(fakes);
        var failure = catchThrowableOfType(Failure.class, () -> Server.start(assembly));
        assertThat(failure.exitCode()).isEqualTo(1);
        assertThat(failure.sentences()).containsExactly("device two: /run/2.sock is in use");
        assertThat(fakes.events)
                .containsExactly("start /a", "start /b", "open one", "close one", "close /b", "close /a");
    }

    @Test
    void aBackendThatNoDeviceUsesIsNotStarted() throws Exception {
        var fakes = new Fakes().failingAt("/idle");
        Server.start(assembly(fakes)).close();
        assertThat(fakes.events).doesNotContain("start /idle");
    }
}
