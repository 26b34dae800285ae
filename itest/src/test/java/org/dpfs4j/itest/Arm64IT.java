package org.dpfs4j.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * This build on aarch64: Debian's arm64 kernel and Java under QEMU, with nothing of the machine's own. The demonstration serves a
 * directory by io_uring to its own client, and the transport's rules are kept. Emulated, so it takes minutes.
 */
@EnabledIfSystemProperty(named = "dpfs4j.all", matches = "true", disabledReason = "only with --all")
class Arm64IT {
    private static final int UNAVAILABLE = 77;
    private static final long MINUTES_MAX = 60;

    @Test
    void theWholeStackWorks() throws IOException, InterruptedException {
        Path work = Files.createDirectories(Guests.CACHE.root().resolve("arm64"));
        var classpath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Process run = new ProcessBuilder(
                        Project.ROOT.resolve("itest/src/test/arm64/run").toString(),
                        work.toString(),
                        Project.ROOT.toString(),
                        classpath)
                .redirectErrorStream(true)
                .start();
        var said = new ArrayList<String>();
        try (var ended = new Deadline(run);
                var lines = new BufferedReader(new InputStreamReader(run.getInputStream(), StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                said.add(line.strip());
                if (line.startsWith("@@ ")) {
                    System.out.println(">> arm64: " + line.strip().substring(3));
                }
            }
            assertThat(ended.passed()).as("an hour has passed").isFalse();
        }
        var text = String.join("\n", said);
        Assumptions.assumeTrue(run.waitFor() != UNAVAILABLE, () -> said.isEmpty() ? "nothing said" : said.getLast());
        assertThat(text)
                .contains("@@ Linux", "aarch64", "lanes on io_uring", "@@ demo 0", "@@ tests 0")
                .doesNotContain("Kernel panic");
    }

    /** Ends a process that takes too long. */
    private static final class Deadline implements AutoCloseable {
        private final Process process;
        private final Thread thread;
        private volatile boolean passed;

        Deadline(Process process) {
            this.process = process;
            thread = Thread.ofPlatform().daemon().start(this::watch);
        }

        private void watch() {
            try {
                if (!process.waitFor(MINUTES_MAX, TimeUnit.MINUTES)) {
                    passed = true;
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        boolean passed() {
            return passed;
        }

        @Override
        public void close() {
            thread.interrupt();
            process.destroy();
        }
    }
}
