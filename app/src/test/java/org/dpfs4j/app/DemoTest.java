package org.dpfs4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demonstration without a virtual machine: server, vhost-user socket and client in this process. */
class DemoTest {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int demo() {
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute("demo", "--no-vm", "--directory", folder.toString());
    }

    @Test
    void withoutAGuestAnEmbeddedClientDoesTheSameWork() throws Exception {
        assertThat(demo()).as(() -> out.toString() + err).isZero();
        assertThat(out.toString())
                .containsSubsequence(
                        "an embedded client works on the directory instead",
                        "client | PASS: the host's files are what the host says",
                        "link -> ../hello.txt",
                        "Done: all 13 files are, byte for byte, what the embedded client wrote.");

        var made = folder.resolve(DemoFolder.FROM_GUEST);
        assertThat(made).isDirectoryNotContaining("glob:**/gone");
        assertThat(made.resolve("hello.txt")).content().startsWith("Hello, host.");
        assertThat(made.resolve("empty")).isEmptyFile();
        assertThat(made.resolve("random.bin")).hasSize(3_000_000);
        assertThat(Files.getPosixFilePermissions(made.resolve("random.bin")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(made.resolve("numbers.bin")).hasSameBinaryContentAs(folder.resolve("numbers.bin"));
        assertThat(made.resolve("notes/ten.txt")).hasContent("note 10\n");
        assertThat(made.resolve("notes/10.txt")).doesNotExist();
        assertThat(made.resolve("notes/9.txt")).doesNotExist();
        assertThat(Files.readSymbolicLink(made.resolve("link"))).isEqualTo(Path.of("../hello.txt"));
    }

    @Test
    void aDirectoryWithFilesIsLeftAlone() throws Exception {
        Files.writeString(folder.resolve("mine"), "mine");
        assertThat(demo()).isEqualTo(2);
        assertThat(err.toString()).contains("is not empty");
        assertThat(folder).isDirectoryContaining("glob:**/mine");
        assertThat(folder.resolve("hello.txt")).doesNotExist();
    }
}
