package org.dpfs4j.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code serve} as a process of its own, with the real transport and backend. */
class ServeTest {
    private static final int LIMIT_SECONDS = 60;

    @TempDir
    private Path folder;

    private final List<Process> processes = new ArrayList<>();
    private Path socket;
    private Path directory;

    @BeforeEach
    void makeTheDirectory() throws IOException {
        socket = folder.resolve("s.sock");
        directory = Files.createDirectory(folder.resolve("shared"));
    }

    @AfterEach
    void endWhatIsLeft() {
        processes.forEach(Process::destroyForcibly);
    }

    /** A process whose standard error goes to the file {@code name} in the folder. */
    private Process serve(String name, String... options) throws IOException {
        var words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "serve"));
        words.addAll(List.of(options));
        var builder = new ProcessBuilder(words)
                .redirectOutput(folder.resolve(name + ".out").toFile())
                .redirectError(folder.resolve(name).toFile());
        builder.environment().put("NOTIFY_SOCKET", folder.resolve("notify").toString());
        var process = builder.start();
        processes.add(process);
        return process;
    }

    private Process serveTheDirectory(String name) throws IOException {
        return serve(name, "--socket-path=" + socket, "--shared-dir=" + directory, "--tag=data", "--lanes=1");
    }

    private List<String> errors(String name) throws IOException {
        return Files.readAllLines(folder.resolve(name));
    }

    private void awaitLine(String name, String line) {
        await().atMost(LIMIT_SECONDS, TimeUnit.SECONDS)
                .until(() -> errors(name).stream().anyMatch(each -> each.endsWith(line)));
    }

    private static int exitCode(Process process) throws InterruptedException {
        assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    @Test
    void readinessIsVisibleAndSigtermEndsWithCode0AndNoSocket() throws Exception {
        try (var manager = NotifyReceiver.at(folder.resolve("notify"))) {
            var process = serveTheDirectory("log");
            awaitLine("log", "Waiting for vhost-user socket connection");
            assertThat(errors("log"))
                    .anyMatch(line -> line.endsWith("serving data at " + socket))
                    .anyMatch(line -> line.endsWith(" ready"))
                    .noneMatch(line -> line.contains("SLF4J") || line.startsWith("WARNING"));
            assertThat(socket).exists();

            process.destroy();
            assertThat(exitCode(process)).isZero();
            assertThat(socket).doesNotExist();
            assertThat(manager.next()).isEqualTo("READY=1");
            assertThat(manager.next()).isEqualTo("STOPPING=1");
        }
    }

    @Test
    void aSocketInUseIsOneSentenceAndStaysWithItsOwner() throws Exception {
        var first = serveTheDirectory("first");
        awaitLine("first", "Waiting for vhost-user socket connection");
        assertThat(exitCode(serveTheDirectory("second"))).isEqualTo(1);
        assertThat(errors("second").getLast())
                .startsWith("dpfs4j: device data: ")
                .contains(socket.toString());
        assertThat(socket).exists();
        assertThat(folder.resolve("s.sock.pid")).hasContent(first.pid() + "\n");
        first.destroy();
        assertThat(exitCode(first)).isZero();
    }

    @Test
    void aSocketThatACrashLeftBehindIsTakenOver() throws Exception {
        var crashed = serveTheDirectory("crashed");
        awaitLine("crashed", "Waiting for vhost-user socket connection");
        crashed.destroyForcibly();
        exitCode(crashed);
        assertThat(socket).exists();
        var next = serveTheDirectory("next");
        awaitLine("next", "Waiting for vhost-user socket connection");
        next.destroy();
        assertThat(exitCode(next)).isZero();
    }

    @Test
    void aDirectoryThatDoesNotExistIsOneSentence() throws Exception {
        Files.delete(directory);
        assertThat(exitCode(serveTheDirectory("log"))).isEqualTo(1);
        assertThat(errors("log").stream().filter(line -> line.startsWith("dpfs4j: ")))
                .singleElement()
                .asString()
                .contains(directory + " does not exist");
        assertThat(errors("log")).noneMatch(line -> line.startsWith("\tat "));
        assertThat(socket).doesNotExist();
    }

    @Test
    void aTagThatIsTooLongIsOneSentence() throws Exception {
        var tag = "x".repeat(37);
        var process = serve("log", "--socket-path=" + socket, "--shared-dir=" + directory, "--tag=" + tag);
        assertThat(exitCode(process)).isEqualTo(2);
        assertThat(errors("log"))
                .containsExactly("--tag: tag may be 36 bytes long, and this one is 37: \"" + tag + "\"");
    }
}
