package org.dpfs4j.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.dpfs4j.client.DriverRing;
import org.dpfs4j.client.FuseClient;
import org.dpfs4j.client.VhostUserFrontEnd;
import org.dpfs4j.client.VhostUserFrontEnd.Manner;
import org.dpfs4j.client.VhostUserFrontEnd.Shape;
import org.dpfs4j.metrics.ProviderCount;
import org.dpfs4j.tck.ProviderLibrary;
import org.dpfs4j.wire.Protocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server in this process with the real transport and backend, asked over HTTP. */
class MetricsTest {
    private static final Shape SHAPE = new Shape(Manner.QEMU, 2, 128, DriverRing.VERSION_1 | DriverRing.INDIRECT_DESC);
    private static final Path DOCUMENT = Path.of(System.getProperty("dpfs4j.root"), "docs", "metrics.md");
    private static final Pattern DOCUMENTED = Pattern.compile("^\\| `([a-z0-9_]+)`", Pattern.MULTILINE);
    private static final Pattern FAMILY = Pattern.compile("^# TYPE ([a-z0-9_]+) ", Pattern.MULTILINE);
    private static final int LIMIT_SECONDS = 20;

    @TempDir
    private Path folder;

    private Server start() throws IOException, Failure {
        var directory = Files.createDirectory(folder.resolve("shared"));
        Files.writeString(directory.resolve("file"), "twelve bytes");
        var file = Files.writeString(folder.resolve("d.toml"), """
                [server]
                lanes = 1
                metrics = "0"
                [[device]]
                tag = "one"
                transport = { type = "vhost-user", socket = "%1$s/1.sock" }
                mounts = { "/" = "local", "/memory" = "memory" }
                [[device]]
                tag = "same"
                transport = { type = "vhost-user", socket = "%1$s/2.sock" }
                backend = "memory"
                [[device]]
                tag = "same"
                transport = { type = "vhost-user", socket = "%1$s/3.sock" }
                backend = "memory"
                [backend.local]
                type = "uring"
                root = "%1$s/shared"
                [backend.memory]
                type = "memory"
                """.formatted(folder));
        return Server.start(Assembly.of(SettingsFile.read(file), Providers.found()));
    }

    private static String text(Server server) throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            var uri = URI.create("http://" + server.metrics() + "/metrics");
            return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                    .body();
        }
    }

    private static double value(PrometheusText text, String line) {
        var asked = PrometheusText.of(line + " 0");
        var name = asked.names().getFirst();
        var labels = asked.named(name).getFirst().labels();
        return text.named(name).stream()
                .filter(sample -> sample.labels().entrySet().containsAll(labels.entrySet()))
                .mapToDouble(PrometheusText.Sample::value)
                .sum();
    }

    @Test
    void whatAGuestDoesIsTold() throws Exception {
        try (var server = start();
                var device = VhostUserFrontEnd.started(folder.resolve("1.sock"), SHAPE)) {
            var client = FuseClient.mount(device, device.queue(1));
            var node = client.lookup(Protocol.ROOT_ID, "file").nodeId();
            var open = client.open(node, 0);
            assertThat(client.read(open, 0, 4096)).hasSize(12);
            assertThat(client.read(open, 0, 5)).hasSize(5);
            await().atMost(LIMIT_SECONDS, TimeUnit.SECONDS)
                    .until(() -> value(
                                    PrometheusText.of(text(server)),
                                    "dpfs4j_requests_total{device=\"one\",op=\"read\",queue=\"1\"}")
                            == 2);
            var text = PrometheusText.of(text(server));
            var expected = Map.of(
                    "dpfs4j_requests_total{device=\"one\",op=\"lookup\"}", 1.0,
                    "dpfs4j_requests_total{device=\"one\",op=\"init\"}", 1.0,
                    "dpfs4j_request_seconds_count{device=\"one\",op=\"read\"}", 2.0,
                    "dpfs4j_request_seconds_bucket{device=\"one\",op=\"read\",le=\"+Inf\"}", 2.0,
                    "dpfs4j_read_bytes_total{device=\"one\"}", 17.0,
                    "dpfs4j_nodes{device=\"one\",mount=\"/\"}", 1.0,
                    "dpfs4j_handles{device=\"one\",mount=\"/\"}", 1.0,
                    "dpfs4j_mounted{device=\"one\"}", 1.0,
                    "dpfs4j_connections_total{device=\"one\"}", 1.0,
                    "dpfs4j_queue_state{device=\"one\",queue=\"1\",state=\"running\"}", 1.0);
            expected.forEach(
                    (line, value) -> assertThat(value(text, line)).as(line).isEqualTo(value));
            assertThat(value(text, "dpfs4j_requests_in_flight{device=\"one\"}")).isZero();
            assertThat(value(text, "dpfs4j_request_errors_total{device=\"one\"}"))
                    .isZero();
            assertThat(value(text, "dpfs4j_mounted{device=\"same@" + folder + "/3.sock\"}"))
                    .isZero();
            assertThat(text.named("dpfs4j_mounted")).hasSize(3);
        }
    }

    @Test
    void everyMetricIsDocumentedAndEveryDocumentedOneIsTold() throws Exception {
        var documented = new TreeSet<String>();
        DOCUMENTED.matcher(Files.readString(DOCUMENT)).results().forEach(match -> documented.add(match.group(1)));
        try (var server = start();
                var device = VhostUserFrontEnd.started(folder.resolve("1.sock"), SHAPE)) {
            var client = FuseClient.mount(device, device.queue(1));
            try {
                client.lookup(Protocol.ROOT_ID, "none");
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("ENOENT");
            }
            System.gc();
            await().atMost(LIMIT_SECONDS, TimeUnit.SECONDS).untilAsserted(() -> {
                var told = new TreeSet<String>();
                FAMILY.matcher(text(server)).results().forEach(match -> told.add(match.group(1)));
                assertThat(documented).containsAll(told);
                told.removeIf(name -> name.startsWith("jvm_gc_"));
                assertThat(told)
                        .containsAll(documented.stream()
                                .filter(name -> !name.startsWith("jvm_gc_")
                                        && !name.startsWith("dpfs4j_server_")
                                        && !name.startsWith("dpfs4j_provider_"))
                                .toList());
            });
        }
    }

    @Test
    void aProvidersOwnNumbersAreToldOnceForEachGroup() throws Exception {
        var library = ProviderLibrary.compile("fake", folder);
        var file = Files.writeString(folder.resolve("dpu.toml"), """
                [server]
                lanes = 1
                metrics = "0"
                [[device]]
                tag = "first"
                transport = { type = "snap", provider = "%1$s", function = "pf=0" }
                backend = "memory"
                [[device]]
                tag = "second"
                transport = { type = "snap", provider = "%1$s", function = "pf=1" }
                backend = "memory"
                [backend.memory]
                type = "memory"
                """.formatted(library));
        try (var server = Server.start(Assembly.of(SettingsFile.read(file), Providers.found()))) {
            var told = new TreeSet<String>();
            FAMILY.matcher(text(server)).results().forEach(match -> told.add(match.group(1)));
            for (var count : ProviderCount.values()) {
                assertThat(told).contains("dpfs4j_provider_" + count.name().toLowerCase(Locale.ROOT) + "_total");
                assertThat(Files.readString(DOCUMENT))
                        .contains("| `dpfs4j_provider_" + count.name().toLowerCase(Locale.ROOT) + "_total`");
            }
            var polls = PrometheusText.of(text(server)).named("dpfs4j_provider_polls_total");
            assertThat(polls).hasSize(1);
            assertThat(polls.getFirst().labels()).isEqualTo(Map.of("provider", library.toString(), "group", "0"));
            assertThat(polls.getFirst().value()).isPositive();
        }
    }

    private static List<String> top(int code, String... options) {
        var out = new StringWriter();
        var words = new ArrayList<>(List.of("top", "--once"));
        words.addAll(List.of(options));
        assertThat(Main.commandLine()
                        .setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(out, true))
                        .execute(words.toArray(String[]::new)))
                .isEqualTo(code);
        return out.toString().lines().toList();
    }

    @Test
    void topShowsARealServerOnce() throws Exception {
        try (var server = start()) {
            var lines = top(0, "--interval=100ms", "--metrics=" + server.metrics());
            assertThat(lines.getFirst()).isEqualTo("dpfs4j at " + server.metrics());
            assertThat(lines.get(1)).contains("workers 0/", "files ", "memory ");
            assertThat(lines).anyMatch(line -> line.startsWith("one   not mounted   0 ops/s"));
        }
    }

    @Test
    void topSaysInOneSentenceWhatIsWrong() throws IOException {
        int free;
        try (var socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        assertThat(top(1, "--metrics=" + free))
                .containsExactly(
                        "dpfs4j: 127.0.0.1:" + free + ": nobody listens; was the server started with --metrics?");
        try (var other = MetricsServer.open(MetricsAddress.of("0"), () -> "up 1\n")) {
            assertThat(top(1, "--metrics=" + other.address()))
                    .containsExactly("dpfs4j: " + other.address() + ": tells nothing of dpfs4j: it is another program");
        }
        assertThat(top(2, "--metrics=here").getFirst())
                .isEqualTo("dpfs4j: --metrics must be HOST:PORT or PORT: \"here\"");
        assertThat(top(2, "--interval=1ms").getFirst()).isEqualTo("dpfs4j: --interval must be from 100ms to 1h: 1ms");
        assertThat(top(2, "--interval=fast").getFirst()).startsWith("dpfs4j: --interval must be a time such as");
    }

    @Test
    void anAddressInUseEndsTheStartAndClosesEverything() throws Exception {
        try (var first = start()) {
            var file = folder.resolve("d.toml");
            Files.writeString(
                    file,
                    Files.readString(file)
                            .replace("metrics = \"0\"", "metrics = \"" + first.metrics() + "\"")
                            .replace(".sock", ".other"));
            var assembly = Assembly.of(SettingsFile.read(file), Providers.found());
            var failure = catchThrowableOfType(Failure.class, () -> Server.start(assembly));
            assertThat(failure.sentences())
                    .containsExactly("metrics: " + first.metrics() + " cannot be listened at: Address already in use");
            assertThat(folder.resolve("1.other")).doesNotExist();
        }
    }
}
