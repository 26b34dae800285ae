package org.dpfs4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.dpfs4j.load.Workload;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code bench} against this program's own server, and against none. */
@Timeout(120)
class BenchTest {
    private static final Pattern OPERATIONS = Pattern.compile("\"operations\": ([0-9]+)");

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path directory;
    private Path socket;

    @BeforeEach
    void makeTheDirectory() throws IOException {
        directory = Files.createDirectory(folder.resolve("shared"));
        socket = folder.resolve("s.sock");
    }

    private int bench(List<String> options, String... cases) {
        var words = new ArrayList<>(List.of("bench", "--seconds=0.02", "--warm-up=0.01", "--file-size=1m"));
        words.addAll(options);
        words.addAll(List.of(cases));
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(words.toArray(String[]::new));
    }

    private Server served() throws Failure {
        var form = new ShortForm();
        form.put(DirectoryOption.SOCKET_PATH, socket.toString());
        form.put(DirectoryOption.SHARED_DIR, directory.toString());
        form.put(DirectoryOption.TAG, "bench");
        return Server.start(Assembly.of(form.settings(), Providers.found()));
    }

    private List<Path> left() throws IOException {
        try (var entries = Files.list(directory)) {
            return entries.toList();
        }
    }

    @ParameterizedTest
    @CsvSource({"split, poll", "split, sleep", "packed, poll", "packed, sleep"})
    void everyWorkloadIsMeasuredAndNothingIsLeft(String ring, String frontEnd) throws Exception {
        var cases = Stream.concat(
                        Arrays.stream(Workload.values()).map(Workload::label),
                        Stream.of("randrw-64k-qd2", "think-getattr-qd1", "randread-4k-qd256"))
                .toArray(String[]::new);
        try (var server = served()) {
            var options = List.of(
                    "--socket=" + socket,
                    "--ring=" + ring,
                    "--front-end=" + frontEnd,
                    "--depth=4",
                    "--ring-size=256",
                    "--dir=" + directory,
                    "--floor",
                    "--json=-");
            assertThat(bench(options, cases)).as(err.toString()).isZero();
            assertThat(server).isNotNull();
        }
        assertThat(OPERATIONS.matcher(out.toString()).results().map(found -> Long.parseLong(found.group(1))))
                .hasSizeGreaterThan(cases.length)
                .allMatch(count -> count > 0);
        assertThat(out.toString()).doesNotContain("\"failure\": \"");
        assertThat(left()).isEmpty();
    }

    @Test
    void aKeptDirectoryStaysAndIsUsedAgain() throws Exception {
        try (var server = served()) {
            var options = List.of("--socket=" + socket, "--keep=kept");
            assertThat(bench(options, "randread")).as(err.toString()).isZero();
            var file = directory.resolve("kept/read-0");
            var made = Files.getLastModifiedTime(file);
            assertThat(bench(options, "randread")).as(err.toString()).isZero();
            assertThat(Files.getLastModifiedTime(file)).isEqualTo(made);
            assertThat(server).isNotNull();
        }
        assertThat(left()).containsExactly(directory.resolve("kept"));
        assertThat(bench(List.of("--socket=" + socket, "--keep=../x"), "randread"))
                .isEqualTo(2);
    }

    @Test
    void serversTakeTurnsAndAreEnded() throws Exception {
        var command =
                "%s --enable-native-access=ALL-UNNAMED -cp '%s' %s serve --socket-path {socket} --shared-dir {dir}"
                        .formatted(
                                Path.of(System.getProperty("java.home"), "bin", "java"),
                                System.getProperty("java.class.path"),
                                Main.class.getName());
        var json = folder.resolve("result.json");
        var options = List.of(
                "--rounds=2",
                "--dir=" + directory,
                "--json=" + json,
                "--compare",
                "ours=" + command,
                command + " --lanes=1");
        assertThat(bench(options, "--", "getattr", "untar")).as(err.toString()).isZero();
        assertThat(out.toString())
                .containsPattern("--lanes=1; socket after [0-9.]+ ms, resident [0-9.]+MB, at the end [0-9.]+MB")
                .containsPattern("getattr-qd16 +ours +[0-9]")
                .containsPattern("\n +B +[0-9]")
                .containsPattern("\n +ours/B: ops/s [0-9.]+ \\([0-9.]+\\.\\.[0-9.]+\\)");
        assertThat(err.toString()).contains("getattr-qd16, round 2 of 2, B: ");
        assertThat(Files.readString(json)).contains("\"cpuMicrosPerOp\": ", "\"to\": \"B\"");
        assertThat(left()).isEmpty();
        assertThat(ProcessHandle.current().descendants().filter(ProcessHandle::isAlive))
                .isEmpty();
    }

    @Test
    void nobodyAtTheSocketIsAFailure() {
        assertThat(bench(List.of("--socket=" + socket), "nop")).isEqualTo(1);
        assertThat(out.toString()).containsPattern("nop-qd16 +server +FAILED: no connection to " + socket);
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void aServerThatTalksNonsenseIsAFailure(boolean talks) throws Exception {
        try (var listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listening.bind(UnixDomainSocketAddress.of(socket));
            Thread.ofPlatform().daemon().start(() -> {
                try (var connection = listening.accept()) {
                    connection.read(ByteBuffer.allocate(4096));
                    if (talks) {
                        connection.write(
                                ByteBuffer.wrap("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.UTF_8)));
                        connection.read(ByteBuffer.allocate(4096));
                    }
                } catch (IOException e) {
                    // The bench has hung up.
                }
            });
            assertThat(bench(List.of("--socket=" + socket), "nop")).isEqualTo(1);
        }
        assertThat(out.toString()).containsPattern("nop-qd16 +server +FAILED: no connection to " + socket);
    }

    @Test
    void aServerThatEndsMeanwhileIsAFailure() throws Exception {
        var server = served();
        var ending = Thread.ofPlatform().start(() -> {
            while (!err.toString().contains("randread")) {
                Thread.onSpinWait();
            }
            server.close();
        });
        assertThat(bench(List.of("--socket=" + socket), "randread", "getattr", "nop"))
                .isEqualTo(1);
        ending.join();
        assertThat(out.toString()).containsPattern("nop-qd16 +server +FAILED: ");
        assertThat(err.toString()).contains("is left in the share");
    }
}
