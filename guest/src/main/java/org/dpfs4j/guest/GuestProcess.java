package org.dpfs4j.guest;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The host process a guest runs in, and its console; the part that all kinds of guests share. */
final class GuestProcess {
    /** Far longer than any boot takes, on a busy machine, too. */
    private static final Duration BOOT_LIMIT = Duration.ofMinutes(5);

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
        var boot = limit.compareTo(BOOT_LIMIT) < 0 ? limit : BOOT_LIMIT;
        if (!ends(boot)) {
            if (!console.isUp()) {
                console.didNotBoot(process.info().totalCpuDuration().orElse(Duration.ZERO));
                kill();
            } else if (!ends(limit.minus(boot))) {
                kill();
            }
        }
        reader.join(Duration.ofSeconds(10));
        return console.result(expected);
    }

    private boolean ends(Duration within) throws InterruptedException {
        return process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
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
