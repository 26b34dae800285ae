package org.dpfs4j.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A server that is started for a comparison, and ended by its process id. */
final class ServerProcess implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final Duration END_LIMIT = Duration.ofSeconds(5);

    /** Ctrl-C is for us: the servers are needed to clean up. */
    private static final String DEAF_TO_CTRL_C = "trap '' INT; exec ";

    private static final long PAUSE_MILLIS = 1;
    private static final int LOG_LINES = 3;

    private final Process process;
    private final Path socket;
    private final Path log;
    private Duration startTime = Duration.ZERO;
    private final Thread atExit = new Thread(this::end, "server-end");

    private ServerProcess(Process process, Path socket, Path log) {
        this.process = process;
        this.socket = socket;
        this.log = log;
    }

    /**
     * Starts a command line by the shell and waits for its socket.
     *
     * @param command with {@code {socket}} and {@code {dir}} in place of the paths
     * @param folder for socket and log, nobody else's
     * @throws CaseFailure when there is no socket; the message has the end of what the server said
     */
    static ServerProcess start(String command, String label, Path folder, Path directory) throws CaseFailure {
        var socket = folder.resolve(label + ".sock");
        var log = folder.resolve(label + ".log");
        var line = command.replace("{socket}", quoted(socket)).replace("{dir}", quoted(directory));
        try {
            Files.deleteIfExists(socket);
            var start = System.nanoTime();
            var process = new ProcessBuilder("/bin/sh", "-c", DEAF_TO_CTRL_C + line)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(log.toFile())
                    .redirectErrorStream(true)
                    .start();
            var server = new ServerProcess(process, socket, log);
            Runtime.getRuntime().addShutdownHook(server.atExit);
            server.awaitSocket(start);
            return server;
        } catch (IOException e) {
            throw new CaseFailure("server " + label + " could not be started: " + e.getMessage(), e);
        }
    }

    private static String quoted(Path path) {
        return "'" + path.toString().replace("'", "'\\''") + "'";
    }

    private void awaitSocket(long startNanos) throws CaseFailure {
        var end = System.nanoTime() + START_LIMIT.toNanos();
        while (!Files.exists(socket)) {
            if (!process.isAlive() || System.nanoTime() - end > 0) {
                var why = process.isAlive() ? "made no socket in " + START_LIMIT.toSeconds() + " s" : "ended at once";
                close();
                throw new CaseFailure("the server " + why + lastWords());
            }
            pause();
        }
        startTime = Duration.ofNanos(System.nanoTime() - startNanos);
    }

    private static void pause() throws CaseFailure {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CaseFailure("interrupted", e);
        }
    }

    /** How long it took from its start to its socket, to a few milliseconds. */
    Duration startTime() {
        return startTime;
    }

    /** Where it listens. */
    Path socket() {
        return socket;
    }

    /** The process; its descendants are its own. */
    long pid() {
        return process.pid();
    }

    /** The end of what it has said, as the end of a sentence. */
    String lastWords() {
        try {
            var lines = Files.readAllLines(log);
            var end = String.join(" / ", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
            return end.isBlank() ? "" : "; it said: " + end;
        } catch (IOException e) {
            return ""; // What it said was no text.
        }
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            return; // This process is ending, and the hook does what is left to do.
        }
        end();
    }

    private void end() {
        var children = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(END_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        children.forEach(ProcessHandle::destroyForcibly);
    }
}
