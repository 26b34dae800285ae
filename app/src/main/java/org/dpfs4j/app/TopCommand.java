package org.dpfs4j.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.dpfs4j.config.Problem;
import org.dpfs4j.config.Section;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code top}: what a server does just now. */
@Command(
        name = "top",
        description =
                "Shows what a running server does, again and again: q or Ctrl-C ends. The server needs --metrics.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class)
final class TopCommand implements Callable<Integer> {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final long TEXT_BYTES_MAX = 64 << 20;
    private static final int OK = 200;

    @ParentCommand
    private Main main;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--metrics",
            paramLabel = "ADDRESS",
            defaultValue = MetricsAddress.DEFAULT,
            description = "What the server was given as --metrics. Default: " + MetricsAddress.DEFAULT)
    private String metrics;

    @Option(names = "--interval", paramLabel = "TIME", defaultValue = "1s", description = "How often. Default: 1s")
    private String interval;

    @Option(names = "--once", description = "Show one interval and end.")
    private boolean once;

    private HttpClient client;
    private MetricsAddress address;

    /** A text and when it was read. */
    private record Read(PrometheusText text, long nanos) {}

    @Override
    public Integer call() throws Failure, InterruptedException {
        main.quieten();
        var every = interval();
        try {
            address = MetricsAddress.of(metrics);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--metrics " + e.getMessage(), e);
        }
        try (var opened = HttpClient.newBuilder().connectTimeout(LIMIT).build()) {
            client = opened;
            var before = read();
            var terminal = once ? null : Terminal.own().orElse(null);
            try (terminal) {
                watch(before, every.toNanos(), terminal);
            }
        }
        return 0;
    }

    private Duration interval() {
        var problems = new ArrayList<Problem>();
        var read = new Section("", Map.of("interval", interval), key -> 0, problems).duration("interval", SHORTEST);
        if (!problems.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "--" + problems.getFirst().message());
        }
        if (read.compareTo(SHORTEST) < 0 || read.compareTo(LONGEST) > 0) {
            throw new ParameterException(spec.commandLine(), "--interval must be from 100ms to 1h: " + interval);
        }
        return read;
    }

    /** Draws on a terminal, or writes one block after another where there is none. */
    private void watch(Read first, long nanos, Terminal terminal) throws Failure, InterruptedException {
        var out = spec.commandLine().getOut();
        var before = first;
        do {
            if (terminal == null) {
                Thread.sleep(Duration.ofNanos(nanos));
            } else if (terminal.endsWithin(nanos)) {
                return;
            }
            var after = read();
            var reading = new TopReading(before.text, after.text, (after.nanos - before.nanos) / 1e9);
            show(out, reading, terminal);
            before = after;
        } while (!once && !out.checkError());
    }

    private void show(PrintWriter out, TopReading reading, Terminal terminal) {
        if (terminal != null) {
            out.print(Terminal.CLEAR);
        }
        out.println("dpfs4j at " + address);
        TopTable.of(reading, terminal == null ? columns() : terminal.columns()).forEach(out::println);
        if (terminal == null && !once) {
            out.println();
        }
        out.flush();
    }

    /** What the environment says; 0 when it says nothing. */
    private static int columns() {
        var given = System.getenv("COLUMNS");
        return given != null && given.matches("\\d{1,5}") ? Integer.parseInt(given) : 0;
    }

    private Read read() throws Failure, InterruptedException {
        try {
            var request = HttpRequest.newBuilder(URI.create("http://" + address + "/metrics"))
                    .timeout(LIMIT)
                    .build();
            HttpResponse<String> answer =
                    client.send(request, BodyHandlers.limiting(BodyHandlers.ofString(), TEXT_BYTES_MAX));
            if (answer.statusCode() != OK) {
                throw failure("answers with status " + answer.statusCode() + " and is not a dpfs4j server", null);
            }
            var text = PrometheusText.of(answer.body());
            if (text.of(PrometheusText.Metric.MOUNTED).isEmpty()) {
                throw failure("tells nothing of dpfs4j: it is another program", null);
            }
            return new Read(text, System.nanoTime());
        } catch (ConnectException e) {
            throw failure("nobody listens; was the server started with --metrics?", e);
        } catch (HttpTimeoutException e) {
            throw failure("no answer within " + LIMIT.toSeconds() + " s", e);
        } catch (IOException | IllegalArgumentException e) {
            throw failure(e.getMessage(), e);
        }
    }

    private Failure failure(String what, Exception cause) {
        return Failure.cannot(List.of(address + ": " + what), cause);
    }
}
