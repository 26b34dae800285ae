package org.dpfs4j.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The image of {@code docker/server}: built and run by a real engine, on a base that debootstrap has made, for no registry is reached. */
@Timeout(1800)
@ResourceLock(Engine.ALONE)
@EnabledIfSystemProperty(named = "dpfs4j.all", matches = "true", disabledReason = "only with --all")
class DockerIT {
    private static final String IMAGE = "dpfs4j:itest";
    private static final String JDK_IMAGE = "jdk:itest";

    private static Engine engine;

    @BeforeAll
    static void build(@TempDir Path home) throws IOException, InterruptedException {
        engine = Engine.start(home);
        engine.provideBase();
        Path java = Path.of(System.getProperty("java.home"));
        Path recipe = Files.writeString(home.resolve("Dockerfile.jdk"), """
                FROM %s
                COPY . /opt/jdk
                ENV PATH=/opt/jdk/bin:/usr/bin:/bin
                # A link to the machine's own, most often.
                RUN test -e /opt/jdk/lib/security/cacerts || { rm -f /opt/jdk/lib/security/cacerts; touch /opt/jdk/lib/security/cacerts; }
                """.formatted(Engine.BASE));
        Engine.docker("build", "--quiet", "--file", recipe.toString(), "--tag", JDK_IMAGE, java.toString());
        Engine.docker(
                "build",
                "--network=none",
                "--file",
                Project.ROOT.resolve("docker/server/Dockerfile").toString(),
                "--build-arg=JDK_IMAGE=" + JDK_IMAGE,
                "--build-arg=BASE_IMAGE=" + Engine.BASE,
                "--tag",
                IMAGE,
                Project.ROOT.toString());
    }

    @AfterAll
    static void end() throws IOException, InterruptedException {
        if (engine != null) {
            Engine.docker("image", "rm", "--force", IMAGE, JDK_IMAGE);
            engine.close();
        }
    }

    @Test
    void javaStartsFromTheCacheInTheImage() throws Exception {
        assertThat(Engine.docker(
                        "run", "--rm", "--network=none", "--env=JAVA_TOOL_OPTIONS=-XX:AOTMode=on", IMAGE, "--version"))
                .contains("dpfs4j ", "Netty 4.2.");
    }

    @Test
    void itServesADriverAndEndsWhenItIsStopped(@TempDir Path home) throws Exception {
        Path run = Files.createDirectory(home.resolve("run"));
        Path share = Files.createDirectory(home.resolve("share"));
        Path socket = run.resolve("share.sock");
        var id = Engine.docker(
                "run",
                "--detach",
                "--network=none",
                "--volume=" + run + ":/run/dpfs4j",
                "--volume=" + share + ":/srv/share",
                IMAGE,
                "serve",
                "--socket-path=/run/dpfs4j/share.sock",
                "--shared-dir=/srv/share",
                "--tag=share");
        while (!Files.exists(socket)) {
            assertThat(Engine.docker("inspect", "--format={{.State.Running}}", id))
                    .as(() -> logs(id))
                    .isEqualTo("true");
            LockSupport.parkNanos(50_000_000);
        }
        drive(socket);
        Engine.docker("stop", "--time=60", id);
        assertThat(Engine.docker("inspect", "--format={{.State.ExitCode}}", id))
                .as(() -> logs(id))
                .isEqualTo("0");
        assertThat(logs(id)).contains("draining").doesNotContain("ERROR", "AOT cache");
        Engine.docker("rm", id);
        System.out.println(">> image: served a driver in a container, and ended when it was stopped");
    }

    private static String logs(String id) {
        try {
            return Engine.docker("logs", id);
        } catch (IOException e) {
            return e.getMessage();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    /** Every answer is checked by the driver. */
    private static void drive(Path socket) throws IOException, InterruptedException {
        var words = ShareServer.command("bench");
        words.addAll(
                List.of("--socket", socket.toString(), "--file-size", "1m", "--seconds", "0.2", "randread-4k-qd4"));
        Process bench = new ProcessBuilder(words).redirectErrorStream(true).start();
        var said = new String(bench.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bench.waitFor()).as(said).isZero();
    }
}
