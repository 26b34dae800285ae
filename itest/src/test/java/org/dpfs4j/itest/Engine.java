package org.dpfs4j.itest;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A container engine: the one that this machine runs, or one that is started for a test. Images are not pulled; the base of
 * all is made from Debian's packages and kept beside the guests' kernels. Tests that use it take turns ({@link #ALONE}).
 */
final class Engine implements AutoCloseable {
    /** The lock of tests that use the machine's engine. */
    static final String ALONE = "container engine";

    /** The base of all images, when it has been provided. */
    static final String BASE = "debian:bookworm-slim";

    private static final Path SOCKET = Path.of("/var/run/docker.sock");
    private static final Duration READY = Duration.ofSeconds(60);

    /** The version of the protocol that Debian's engine speaks, and every later one. */
    private static final String PROTOCOL = "1.41";

    private final Path home;
    private final Process process;

    private Engine(Path home, Process process) {
        this.home = home;
        this.process = process;
    }

    /** An engine whose files, if it is started, are below {@code home}; the test is aborted where there can be none. */
    static Engine start(Path home) throws IOException, InterruptedException {
        System.setProperty("api.version", PROTOCOL);
        if (answers()) {
            return new Engine(home, null);
        }
        Assumptions.assumeTrue(
                "root".equals(System.getProperty("user.name")), "no container engine runs: starting one needs root");
        Assumptions.assumeTrue(
                Files.isExecutable(Path.of("/usr/sbin/dockerd")), "no container engine: needs package docker.io");
        Path log = home.resolve("dockerd.log");
        var process = new ProcessBuilder(
                        "/usr/sbin/dockerd",
                        "--data-root",
                        home.resolve("data").toString(),
                        "--exec-root",
                        home.resolve("exec").toString(),
                        "--pidfile",
                        home.resolve("pid").toString(),
                        "--host",
                        "unix://" + SOCKET)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        var engine = new Engine(home, process);
        for (long end = System.nanoTime() + READY.toNanos(); !answers(); Thread.sleep(100)) {
            if (!process.isAlive() || System.nanoTime() > end) {
                engine.close();
                Assumptions.abort("no container engine can run here: "
                        + Files.readAllLines(log).getLast());
            }
        }
        return engine;
    }

    /** Makes the base image from Debian's packages where it is not there yet. */
    void provideBase() throws IOException, InterruptedException {
        if (docker("images", "--quiet", BASE).isEmpty()) {
            docker("import", BaseImage.packed().toString(), BASE);
        }
    }

    /** Runs {@code docker} with these words, and gives what it said on both outputs; fails when it does. */
    static String docker(String... words) throws IOException, InterruptedException {
        var all = new ArrayList<>(List.of("docker", "--host=unix://" + SOCKET));
        all.addAll(List.of(words));
        var builder = new ProcessBuilder(all).redirectErrorStream(true);
        // The builder of old needs no plug-in.
        builder.environment().put("DOCKER_BUILDKIT", "0");
        var process = builder.start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("docker " + String.join(" ", words) + ":\n" + said);
        }
        return said.strip();
    }

    private static boolean answers() {
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(SOCKET));
        } catch (IOException e) {
            return false;
        }
    }

    /** Ends the engine if it was started here; containers are gone by then, images go with it. */
    @Override
    public void close() throws IOException {
        if (process == null) {
            return;
        }
        process.destroy();
        try {
            if (!process.waitFor(READY.toSeconds(), TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
            // The test's folder goes afterwards, and what may be mounted there must not be in the way.
            new ProcessBuilder("sh", "-c", "grep -o ' " + home + "[^ ]*' /proc/mounts | sort -r | xargs -r umount -l")
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Files.deleteIfExists(SOCKET);
    }
}
