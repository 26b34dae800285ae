package org.dpfs4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@code mount} says about its command line; nothing is mounted. */
class MountCommandTest {
    private static List<String> errors(String... words) {
        var errors = new StringWriter();
        var code = Main.commandLine().setErr(new PrintWriter(errors, true)).execute(words);
        assertThat(code).isEqualTo(2);
        return errors.toString().lines().toList();
    }

    @Test
    void problemsNameTheirOptions() {
        assertThat(errors("mount", "--shared-dir=/srv", "--lanes=0", "-o", "rw,noexec,fd=4", "/mnt"))
                .hasSize(2)
                .anyMatch(line -> line.equals("--lanes: lanes must be from 1 to 1024: 0"))
                .anyMatch(line -> line.startsWith("-o: options has an unknown word: \"fd=4\""));
    }

    @Test
    void aMountPointInsideTheDirectoryIsRefused() {
        assertThat(errors("mount", "--shared-dir=/srv", "/srv/inner"))
                .containsExactly("MOUNTPOINT: mount-point is inside /srv, which is served here: "
                        + "the server would wait for itself");
    }

    @Test
    void aDirectoryNeedsAPlace() {
        assertThat(errors("mount", "--shared-dir=/srv").getFirst())
                .startsWith("dpfs4j: What shall be mounted, and where?");
        assertThat(errors("mount", "/mnt").getFirst()).startsWith("dpfs4j: What shall be mounted, and where?");
    }

    @Test
    void aFileGoesAlone() {
        assertThat(errors("mount", "--config=x.toml", "/mnt").getFirst()).startsWith("dpfs4j: --config goes alone");
    }

    @Test
    void aSocketIsNothingToMountAt() {
        assertThat(errors("mount", "--socket-path=/run/s", "--shared-dir=/srv", "/mnt")
                        .getFirst())
                .startsWith("dpfs4j: Unknown option: '--socket-path=/run/s'");
    }
}
