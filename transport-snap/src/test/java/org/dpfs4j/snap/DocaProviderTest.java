package org.dpfs4j.snap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.dpfs4j.tck.ProviderLibrary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The provider for DOCA compiles against what it uses of it, and works on a device that stubs play: {@code doca-test.c} has the rules. */
class DocaProviderTest {
    private static final Path STUB = Path.of("src", "test", "c", "doca-stub").toAbsolutePath();

    @Test
    void keepsItsRulesOnADeviceOfStubs(@TempDir Path folder) throws IOException, InterruptedException {
        Path program = folder.resolve("doca-test");
        ProviderLibrary.program(
                program,
                Stream.of(ProviderLibrary.sources("doca"), STUB),
                List.of(
                        "-fsanitize=address,undefined",
                        "-fno-sanitize-recover=all",
                        "-I",
                        STUB.resolve("include").toString(),
                        "-I",
                        STUB.toString()));
        Process process =
                new ProcessBuilder(program.toString()).redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).as("ended: %s", said).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        assertThat(said).endsWith("nothing is left behind\n");
    }
}
