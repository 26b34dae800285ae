package org.dpfs4j.itest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A Docker engine of this test's own, with its own data, socket and network of none: what it makes is gone with it. Where one cannot
 * be started, the test is skipped with the reason.
 */
final class DockerEngine implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(1);
    private static final Duration STOP = Duration.ofSeconds(30);

    private final Path home;
    private final String host;
    private final Process daemon;

    private DockerEngine(Path home, String host, Process daemon) {
        this.home = home;
        this.host = host;
        this.daemon = daemon;
    }

    /** Starts it; {@code home} is an empty folder with a short path. */
    static DockerEngine start(Path home) throws IOException, InterruptedException {
        Assumptions.assumeTrue((int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0, "not root");
        for (var program : List.of("dockerd", "docker", "containerd", "debootstrap")) {
            Assumptions.assumeTrue(found(program), "no " + program + " (Debian: docker.io, debootstrap)");
        }
        var host = "unix://" + home.resolve("d.sock");
        var log = home.resolve("dockerd.log").toFile();
        var daemon = new ProcessBuilder(
                        "dockerd",
                        "--host=" + host,
                        "--data-root=" + home.resolve("data"),
                        "--exec-root=" + home.resolve("exec"),
                        "--pidfile=" + home.resolve("pid"),
                        "--storage-driver=vfs",
                        "--bridge=none",
                        "--iptables=false",
                        "--ip6tables=false")
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start();
        var engine = new DockerEngine(home, host, daemon);
        var end = System.nanoTime() + START.toNanos();
        while (engine.run(List.of("version"), null).status != 0) {
            if (!daemon.isAlive() || System.nanoTime() > end) {
                engine.close();
                Assumptions.abort("dockerd does not start here: " + lastLine(Files.readString(log.toPath())));
            }
            Thread.sleep(200);
        }
        return engine;
    }

    private static boolean found(String program) {
        for (var folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            if (Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }

    private static String lastLine(String text) {
        var lines = text.strip().lines().toList();
        return lines.isEmpty() ? "" : lines.getLast();
    }

    /** What a command said, on both outputs, and how it ended. */
    record Said(int status, String text) {}

    /** Runs {@code docker} with these words; fails when it does. */
    String docker(String... words) throws IOException, InterruptedException {
        return docker(null, words);
    }

    /** The same with a file as its input. */
    String docker(Path input, String... words) throws IOException, InterruptedException {
        var said = run(List.of(words), input);
        if (said.status != 0) {
            throw new IOException("docker " + String.join(" ", words) + ":\n" + said.text);
        }
        return said.text.strip();
    }

    private Said run(List<String> words, Path input) throws IOException, InterruptedException {
        var all = new ArrayList<>(List.of("docker", "--host=" + host));
        all.addAll(words);
        var builder = new ProcessBuilder(all).redirectErrorStream(true);
        // The builder of old needs no plug-in.
        builder.environment().put("DOCKER_BUILDKIT", "0");
        if (input != null) {
            builder.redirectInput(input.toFile());
        }
        var process = builder.start();
        var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(), text);
    }

    /** Ends the engine, its containers and its containerd. */
    @Override
    public void close() throws IOException {
        try {
            end();
        } catch (InterruptedException e) {
            daemon.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private void end() throws IOException, InterruptedException {
        var running = run(List.of("ps", "--quiet"), null);
        if (running.status == 0) {
            for (var id : running.text.lines().toList()) {
                run(List.of("kill", id), null);
            }
        }
        daemon.destroy();
        if (!daemon.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
            daemon.descendants().forEach(ProcessHandle::destroyForcibly);
            daemon.destroyForcibly().waitFor();
        }
        // The test's temporary folder goes afterwards, and what it may have mounted must not be in the way.
        new ProcessBuilder("sh", "-c", "grep -o ' " + home + "[^ ]*' /proc/mounts | sort -r | xargs -r umount -l")
                .inheritIO()
                .start()
                .waitFor();
    }
}
