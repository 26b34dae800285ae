package org.dpfs4j.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.dpfs4j.app.ShortForm.Options;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.wire.ClientArch;
import org.junit.jupiter.api.Test;

class ShortFormTest {
    private static final Path SOCKET = Path.of("/run/s.sock");
    private static final Path DIRECTORY = Path.of("/srv");

    private static Assembly assembled(Options options) throws Failure {
        return Assembly.of(ShortForm.settings(options), new Fakes().providers());
    }

    @Test
    void oneDirectoryIsOneDeviceWithDefaults() throws Exception {
        var assembly = assembled(new Options(SOCKET, DIRECTORY, null, null, null, null));
        assertThat(assembly.io()).isEqualTo(IoMode.AUTO);
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
        var assembly = assembled(new Options(SOCKET, DIRECTORY, "data", 4, 3, "epoll"));
        assertThat(assembly.lanes()).isEqualTo(3);
        assertThat(assembly.io()).isEqualTo(IoMode.EPOLL);
        assertThat(assembly.devices().getFirst().tag()).isEqualTo("data");
    }

    @Test
    void relativePathsAreThoseOfTheShell() throws Exception {
        var assembly = assembled(new Options(Path.of("s.sock"), Path.of("d"), null, null, null, null));
        assertThat(assembly.devices().getFirst().transport().address())
                .isEqualTo(Path.of("s.sock").toAbsolutePath().toString());
    }

    @Test
    void problemsNameTheirOptions() {
        var failure = catchThrowableOfType(
                Failure.class, () -> assembled(new Options(SOCKET, DIRECTORY, "x".repeat(37), 65, 0, "aio")));
        assertThat(failure.exitCode()).isEqualTo(2);
        assertThat(failure.sentences())
                .containsExactly(
                        "--lanes: lanes must be from 1 to 1024: 0",
                        "--io: io must be one of auto, io-uring, epoll: \"aio\"",
                        "--tag: tag may be 36 bytes long, and this one is 37: \"" + "x".repeat(37) + "\"",
                        "--request-queues: request-queues must be from 1 to 64: 65");
    }

    @Test
    void optionsOfAMountReachItsTransport() throws Exception {
        var words = List.of("ro", "noexec", "fsname=data", "default_permissions", "noatime");
        var options = new ShortForm.MountOptions(DIRECTORY, Path.of("/mnt"), true, words, 2, null);
        var assembly = Assembly.of(ShortForm.settings(options), Providers.found());
        assertThat(assembly.lanes()).isEqualTo(2);
        assertThat(assembly.devices())
                .singleElement()
                .satisfies(device -> assertThat(device.transport().mountPoint()).contains(Path.of("/mnt")));
    }

    @Test
    void problemsOfAMountNameTheirOptions() {
        var options = new ShortForm.MountOptions(
                DIRECTORY, DIRECTORY.resolve("inner"), false, List.of("rw", "fd=4"), 0, null);
        var failure =
                catchThrowableOfType(Failure.class, () -> Assembly.of(ShortForm.settings(options), Providers.found()));
        assertThat(failure.sentences()).hasSize(3);
        assertThat(failure.sentences().get(0)).isEqualTo("--lanes: lanes must be from 1 to 1024: 0");
        assertThat(failure.sentences().get(1)).startsWith("MOUNTPOINT: mount-point is inside /srv");
        assertThat(failure.sentences().get(2)).startsWith("-o: options has an unknown word: \"fd=4\"");
    }
}
