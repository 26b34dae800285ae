package org.dpfs4j.guest;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The host process a guest runs in, and its console; the part that all kinds of guests share. */
final class GuestProcess {
    private final Process process;
    private final Console console;
    private final Thread reader;
    private final List<Workload> expected;

    GuestProcess(
            List<String> words,
            Map<String, String> environment,
            Path directory,
            List<Workload> workloads,
            GuestListener listener)
            throws IOException {
        var builder = new ProcessBuilder(words).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        process = builder.start();
        expected = workloads;
        console = new Console(process.getInputStream(), listener);
        reader = Thread.ofPlatform().name("guest-console").daemon().start(console);
    }

    GuestResult await(Duration limit) throws InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            kill();
        }
        reader.join(Duration.ofSeconds(10));
        return console.result(expected);
    }

    boolean isRunning() {
        return process.isAlive();
    }

    /** Kills the process and what it started (User-mode Linux runs every guest process as one of the host). */
    void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
