package org.dpfs4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.dpfs4j.app.DemoFolder.Finding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoFolderTest {
    /** SHA-256 of the letter a. */
    private static final String SUM_OF_A = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";

    @TempDir
    private Path root;

    @Test
    void everyFileOnEitherSideIsCompared() throws Exception {
        var folder = DemoFolder.filled(root);
        var written =
                Files.createDirectories(root.resolve(DemoFolder.FROM_GUEST).resolve("sub"));
        Files.writeString(written.resolve("same"), "a");
        Files.writeString(written.resolve("extra"), "a");
        Files.createSymbolicLink(written.resolve("link"), Path.of("same"));
        assertThat(folder.compare(Map.of("sub/same", SUM_OF_A, "lost", SUM_OF_A)))
                .containsExactly(
                        new Finding("lost", SUM_OF_A, ""),
                        new Finding("sub/extra", "", SUM_OF_A),
                        new Finding("sub/same", SUM_OF_A, SUM_OF_A));
    }

    @Test
    void theCopyIsComparedByteForByte() throws Exception {
        var folder = DemoFolder.filled(root);
        assertThat(folder.copyIsSame()).isFalse();
        var copy = Files.createDirectories(root.resolve(DemoFolder.FROM_GUEST)).resolve("numbers.bin");
        Files.copy(root.resolve("numbers.bin"), copy);
        assertThat(folder.copyIsSame()).isTrue();
        var bytes = Files.readAllBytes(copy);
        bytes[bytes.length - 1]++;
        Files.write(copy, bytes);
        assertThat(folder.copyIsSame()).isFalse();
    }

    @Test
    void aGuestThatWroteNothingIsFoundOut() throws Exception {
        assertThat(DemoFolder.filled(root).compare(Map.of())).isEmpty();
    }
}
