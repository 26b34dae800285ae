package org.dpfs4j.load;

import java.nio.file.Path;
import java.util.List;

/** A server to be measured: one that runs, or one that is started by its command line, and again when it has failed. */
public final class Contestant implements AutoCloseable {
    private final String label;
    private final Path socket;
    private final String command;
    private final long pid;
    private ServerProcess process;
    private Session session;
    private Footprint footprint = Footprint.UNKNOWN;

    /**
     * What a server costs beside its operations, as far as it is known.
     *
     * @param startMillis from its start to its socket; NaN when it was not started here
     * @param residentBytes of its processes, when it has just been started; NaN when it was not started here
     * @param residentBytesAtEnd of its processes, after everything was measured; NaN when it was not started here
     */
    public record Footprint(double startMillis, double residentBytes, double residentBytesAtEnd) {
        static final Footprint UNKNOWN = new Footprint(Double.NaN, Double.NaN, Double.NaN);
    }

    private Contestant(String label, Path socket, String command, long pid) {
        this.label = label;
        this.socket = socket;
        this.command = command;
        this.pid = pid;
    }

    /** A server that runs already; {@code pid} below 1 for the process that listens. */
    public static Contestant running(String label, Path socket, long pid) {
        return new Contestant(label, socket, null, pid);
    }

    /** A server to be started; {@code {socket}} and {@code {dir}} stand for the paths. */
    public static Contestant started(String label, String command) {
        return new Contestant(label, null, command, -1);
    }

    /** A short name. */
    public String label() {
        return label;
    }

    /** What it is, for people. */
    public String describe() {
        return command == null ? socket.toString() : command;
    }

    /** The connection, made when there is none. */
    Session session(Session.Setup setup, Path folder, Path directory, List<Case> cases) throws CaseFailure {
        if (session == null) {
            if (command != null && process == null) {
                process = ServerProcess.start(command, label, folder, directory);
                footprint = new Footprint(
                        process.startTime().toNanos() / 1e6, ServerUse.residentBytes(process.pid()), Double.NaN);
            }
            var at = process == null ? socket : process.socket();
            session = new Session(at, setup, label, process == null ? pid : process.pid(), cases);
        }
        return session;
    }

    /** What it costs beside its operations. */
    public Footprint footprint() {
        return footprint;
    }

    /** Whether there is a connection. */
    boolean isConnected() {
        return session != null;
    }

    /** Ends the connection, and the server if it was started here. */
    @Override
    public void close() {
        if (session != null) {
            session.close();
            session = null;
        }
        if (process != null) {
            footprint = new Footprint(
                    footprint.startMillis(), footprint.residentBytes(), ServerUse.residentBytes(process.pid()));
            process.close();
            process = null;
        }
    }

    /** The end of what the server has said, as the end of a sentence. */
    String lastWords() {
        return process == null ? "" : process.lastWords();
    }
}
