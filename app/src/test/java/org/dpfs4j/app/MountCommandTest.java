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
    void anEmptyPlaceIsNotTheFolderWeAreIn() {
        assertThat(errors("mount", "--shared-dir=/srv", ""))
                .containsExactly("MOUNTPOINT: mount-point must be an absolute path: \"\"");
    }

    @Test
    void isolationThatIsAskedForByNameIsRefusedAndNotIgnored() {
        assertThat(errors(
                        "mount",
                        "--shared-dir=/srv",
                        "--sandbox=namespace",
                        "--seccomp=log",
                        "--landlock=on",
                        "--modcaps=-mknod",
                        "--rlimit-nofile=5000",
                        "/mnt"))
                .hasSize(5)
                .allMatch(line -> line.contains("cannot be had by a server that mounts on this machine"))
                .anyMatch(line -> line.startsWith("--sandbox: sandbox "));
    }

    @Test
    void aSocketIsNothingToMountAt() {
        assertThat(errors("mount", "--socket-path=/run/s", "--shared-dir=/srv", "/mnt")
                        .getFirst())
                .startsWith("dpfs4j: Unknown option: '--socket-path=/run/s'");
    }
}
