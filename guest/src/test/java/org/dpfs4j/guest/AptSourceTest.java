package org.dpfs4j.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AptSourceTest {
    @TempDir
    Path apt;

    @BeforeEach
    void parts() throws IOException {
        Files.createDirectory(apt.resolve("sources.list.d"));
    }

    @Test
    void mirrorIsTheOneThatOffersTheWholeSuite() throws IOException {
        Files.writeString(apt.resolve("sources.list.d/a.sources"), """
                Types: deb
                URIs: http://other.example/tools
                Suites: stable
                Components: main

                Types: deb
                # a comment
                URIs: http://security.example/debian-security
                Suites: bookworm-security
                Components: main

                Types: deb
                URIs: http://mirror.example/debian
                Suites: bookworm bookworm-updates
                Components: main contrib
                """);
        assertThat(mirror()).contains("http://mirror.example/debian");
    }

    @Test
    void oldFormatIsReadWithItsOptions() throws IOException {
        Files.writeString(apt.resolve("sources.list"), """
                # deb http://off.example/debian bookworm main
                deb-src http://source.example/debian bookworm main
                deb [arch=amd64 signed-by=/keys.gpg] http://mirror.example/debian bookworm main contrib
                """);
        assertThat(mirror()).contains("http://mirror.example/debian");
    }

    @Test
    void disabledAndSourceOnlyEntriesAreNoMirror() throws IOException {
        Files.writeString(apt.resolve("sources.list.d/a.sources"), """
                Types: deb
                URIs: http://off.example/debian
                Suites: bookworm
                Components: main
                Enabled: no

                Types: deb-src
                URIs: http://source.example/debian
                Suites: bookworm
                Components: main
                """);
        assertThat(mirror()).isEmpty();
    }

    @Test
    void lineNamesTheSuiteAndTheKeys() {
        assertThat(new AptSource("http://mirror.example/debian", Optional.of(Path.of("/keys.gpg"))).line("trixie"))
                .isEqualTo("deb [signed-by=/keys.gpg] http://mirror.example/debian trixie main\n");
    }

    private Optional<String> mirror() throws IOException {
        return AptSource.find(apt, "bookworm").map(AptSource::mirror);
    }
}
