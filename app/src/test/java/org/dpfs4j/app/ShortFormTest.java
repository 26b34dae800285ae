package org.dpfs4j.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.Map;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.wire.ClientArch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ShortFormTest {
    private final ShortForm form = new ShortForm();

    @BeforeEach
    void nameSocketAndDirectory() {
        form.put(DirectoryOption.SOCKET_PATH, "/run/s.sock");
        form.put(DirectoryOption.SHARED_DIR, "/srv");
    }

    private Assembly assembled() throws Failure {
        return Assembly.of(form.settings(), new Fakes().providers());
    }

    @Test
    void oneDirectoryIsOneDeviceWithDefaults() throws Exception {
        var assembly = assembled();
        assertThat(assembly.io()).isEqualTo(IoMode.AUTO);
        assertThat(assembly.pidFile()).contains(Path.of("/run/s.sock.pid"));
        assertThat(assembly.backends()).containsOnlyKeys("share");
        assertThat(assembly.devices()).singleElement().satisfies(device -> {
            assertThat(device.tag()).isEqualTo("share");
            assertThat(device.clientArch()).isEqualTo(ClientArch.own());
            assertThat(device.transport().address()).isEqualTo("/run/s.sock");
            assertThat(device.mounts()).containsExactly(Map.entry("/", "share"));
        });
    }

    @Test
    void optionsReachTheirSections() throws Exception {
        form.put(DirectoryOption.TAG, "data");
        form.put(DirectoryOption.REQUEST_QUEUES, 4L);
        form.put(DirectoryOption.LANES, 3L);
        form.put(DirectoryOption.IO, "epoll");
        form.put(DirectoryOption.METRICS, "9100");
        var assembly = assembled();
        assertThat(assembly.lanes()).isEqualTo(3);
        assertThat(assembly.io()).isEqualTo(IoMode.EPOLL);
        assertThat(assembly.devices().getFirst().tag()).isEqualTo("data");
        assertThat(assembly.metrics()).contains(new MetricsAddress("127.0.0.1", 9100));
    }

    @Test
    void relativePathsAreThoseOfTheShell() throws Exception {
        form.put(DirectoryOption.SOCKET_PATH, "s.sock");
        assertThat(assembled().devices().getFirst().transport().address())
                .isEqualTo(Path.of("s.sock").toAbsolutePath().toString());
    }

    @Test
    void problemsNameTheirOptions() {
        form.put(DirectoryOption.LANES, 0L);
        form.put(DirectoryOption.IO, "aio");
        form.put(DirectoryOption.TAG, "x".repeat(37));
        form.put(DirectoryOption.REQUEST_QUEUES, 65L);
        form.put(DirectoryOption.METRICS, "x");
        var failure = catchThrowableOfType(Failure.class, this::assembled);
        assertThat(failure.exitCode()).isEqualTo(2);
        assertThat(failure.sentences())
                .containsExactly(
                        "--lanes: lanes must be from 1 to 1024: 0",
                        "--io: io must be one of auto, io-uring, epoll: \"aio\"",
                        "--tag: tag may be 36 bytes long, and this one is 37: \"" + "x".repeat(37) + "\"",
                        "--request-queues: request-queues must be from 1 to 64: 65",
                        "--metrics: metrics must be HOST:PORT or PORT: \"x\"");
    }
}
