package org.dpfs4j.itest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server process that shares one directory at one vhost-user socket; can be stopped and started again. */
final class ShareServer implements AutoCloseable {
    private static final Duration READY = Duration.ofSeconds(30);
    private static final Duration STOP = Duration.ofSeconds(20);

    /** Options of a Java machine whose heap neither grows nor shrinks. */
    static final List<String> STEADY = List.of("-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch");

    private final List<String> words;
    private final Path socket;
    private final Path log;
    private Process process;

    private ShareServer(List<String> words, Path socket, Path log) {
        this.words = List.copyOf(words);
        this.socket = socket;
        this.log = log;
    }

    /** Our own server, from the jar the build made, by the short form of its command line: one request queue. */
    static ShareServer ours(Path home, Path share, String tag, String... options)
            throws IOException, InterruptedException {
        Path socket = home.resolve("share.sock");
        var words = serve("--socket-path", socket.toString(), "--shared-dir", share.toString(), "--tag", tag);
        words.addAll(List.of(options));
        return start(words, socket, home.resolve("server.log"));
    }

    /** Our own server, by a configuration file, with any number of request queues. */
    static ShareServer ours(Path home, Backing backing, String tag, int requestQueues)
            throws IOException, InterruptedException {
        Path socket = home.resolve("share.sock");
        return configured(
                home,
                device(
                        tag,
                        "type = \"vhost-user\", socket = \"%s\", request-queues = %d, queue-size = 1024"
                                .formatted(socket, requestQueues),
                        backing),
                socket);
    }

    /** Our own server, whose device a DPU's provider emulates: the one that is a vhost-user back end itself. */
    static ShareServer throughProvider(Path home, Path library, Path share, String tag, int requestQueues)
            throws IOException, InterruptedException {
        Path socket = home.resolve("share.sock");
        var transport = """
                type = "snap", provider = "%s", function = "pf=0", x-socket = "%s", \
                request-queues = %d, queue-size = 1024""".formatted(library, socket, requestQueues);
        return configured(home, device(tag, transport, Backing.local(share)), socket);
    }

    private static String device(String tag, String transport, Backing backing) {
        return """
                [[device]]
                tag = "%s"
                transport = { %s }
                backend = "share"

                [backend.share]
                %s
                """.formatted(tag, transport, backing.lines());
    }

    /** Our own server, by the text of a configuration file, whose last device listens at {@code lastSocket}. */
    static ShareServer configured(Path home, String text, Path lastSocket) throws IOException, InterruptedException {
        Path config = Files.writeString(home.resolve("server.toml"), text);
        return start(serve("--config", config.toString()), lastSocket, home.resolve("server.log"));
    }

    /** As {@link #ours}, with a Java heap that has its whole memory from the beginning: what grows is outside it. */
    static ShareServer steady(Path home, Path share, String tag, String... options)
            throws IOException, InterruptedException {
        Path socket = home.resolve("share.sock");
        var words = serve("--socket-path", socket.toString(), "--shared-dir", share.toString(), "--tag", tag);
        words.addAll(1, STEADY);
        words.addAll(List.of(options));
        return start(words, socket, home.resolve("server.log"));
    }

    private static List<String> serve(String... options) {
        var words = command("serve");
        words.addAll(List.of(options));
        return words;
    }

    /** A command of ours, from the jar the build made. */
    static List<String> command(String name) {
        Path jar = Project.ROOT.resolve("app/target/dpfs4j.jar");
        return new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin/java").toString(), "-jar", jar.toString(), name));
    }

    /** Another implementation, as a reference: what fails on it too is a fault of the workload, not ours. */
    static ShareServer peer(Path program, Path home, Path share) throws IOException, InterruptedException {
        Path socket = home.resolve("share.sock");
        return start(
                List.of(program.toString(), "--socket-path=" + socket, "-o", "source=" + share, "-o", "cache=auto"),
                socket,
                home.resolve("server.log"));
    }

    private static ShareServer start(List<String> words, Path socket, Path log)
            throws IOException, InterruptedException {
        var server = new ShareServer(words, socket, log);
        server.start();
        return server;
    }

    Path socket() {
        return socket;
    }

    long pid() {
        return process.pid();
    }

    boolean isRunning() {
        return process.isAlive();
    }

    /** What the server wrote to its log so far. */
    String log() throws IOException {
        return Files.readString(log);
    }

    /** Starts the process and waits until its socket is there. */
    void start() throws IOException, InterruptedException {
        process = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        long end = System.nanoTime() + READY.toNanos();
        while (!Files.exists(socket)) {
            if (!process.isAlive() || System.nanoTime() > end) {
                process.destroyForcibly();
                throw new IOException("the server did not start:\n" + log());
            }
            Thread.sleep(20);
        }
    }

    /** Ends the process by SIGTERM and gives its status. */
    int stop() throws IOException, InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly().waitFor();
            throw new IOException("the server did not end within " + STOP.toSeconds() + " s of SIGTERM:\n" + log());
        }
        return process.exitValue();
    }

    void restart() throws IOException, InterruptedException {
        stop();
        Files.deleteIfExists(socket);
        start();
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly().onExit().join();
        Files.deleteIfExists(socket);
    }
}
