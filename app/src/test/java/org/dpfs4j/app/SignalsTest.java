package org.dpfs4j.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignalsTest {
    private static final int LIMIT_SECONDS = 60;
    private static final int ENDED_BY_SIGTERM = 128 + 15;

    @TempDir
    private Path folder;

    /** A program that hears the first signal and then never comes to its end. */
    static final class Stuck {
        private Stuck() {}

        public static void main(String[] args) throws Exception {
            var signals = Signals.takenOver();
            Files.createFile(Path.of(args[0], "waiting"));
            signals.await(new CompletableFuture<>());
            Files.createFile(Path.of(args[0], "stuck"));
            Thread.sleep(Long.MAX_VALUE);
        }
    }

    private void awaitFile(String name) {
        await().atMost(LIMIT_SECONDS, TimeUnit.SECONDS).until(() -> Files.exists(folder.resolve(name)));
    }

    @Test
    void anotherSignalEndsAProcessThatDoesNotComeToItsEnd() throws Exception {
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Stuck.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        try {
            awaitFile("waiting");
            process.destroy();
            awaitFile("stuck");
            await().atMost(LIMIT_SECONDS, TimeUnit.SECONDS).until(() -> {
                process.destroy();
                return !process.isAlive();
            });
            assertThat(process.exitValue()).isEqualTo(ENDED_BY_SIGTERM);
        } finally {
            process.destroyForcibly();
        }
    }
}
