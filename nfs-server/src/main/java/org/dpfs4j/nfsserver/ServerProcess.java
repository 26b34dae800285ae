package org.dpfs4j.nfsserver;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A program that is started, signalled and started again by a shell of its own. The shell is older than what a test opens on
 * the server: a process that is forked later has the test's open files and closes them before it does anything else, and with
 * such a file on a server that is away this never ends. The program ends with the shell, and the shell with the test.
 */
final class ServerProcess implements AutoCloseable {
    private static final String SCRIPT = """
            output=$1; shift
            while read -r word; do
                case $word in
                    start) "$@" </dev/null >>"$output" 2>&1 & pid=$!; echo "$pid" ;;
                    end) wait "$pid"; pid=; echo ended ;;
                    *) kill -"$word" "$pid" ;;
                esac
            done
            [ -z "$pid" ] || kill -KILL "$pid"
            """;

    /** Its state when it has ended and the shell was not asked about it (proc_pid_stat(5)). */
    private static final char ZOMBIE = 'Z';

    private final Process shell;
    private final Writer words;
    private final BufferedReader answers;
    private long pid;

    /** A program that is not started yet; what it prints is added to the file {@code output}. */
    ServerProcess(List<String> command, Path output) throws IOException {
        var all = new ArrayList<>(List.of("sh", "-c", SCRIPT, "sh", output.toString()));
        all.addAll(command);
        shell = new ProcessBuilder(all)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        words = shell.outputWriter();
        answers = shell.inputReader();
    }

    /** Starts the program, which must not be running. */
    void start() throws IOException {
        say("start");
        pid = Long.parseLong(answers.readLine());
    }

    /** Whether it has not ended. */
    boolean isRunning() {
        try {
            var stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) != ZOMBIE;
        } catch (IOException _) {
            return false;
        }
    }

    /** Sends a signal, by its name without SIG. */
    void signal(String name) throws IOException {
        say(name);
    }

    /** Sends a signal that ends it, and waits for that; false when it has not ended in time. */
    boolean end(String signal, Duration atMost) throws IOException, InterruptedException {
        say(signal);
        for (long end = System.nanoTime() + atMost.toNanos(); isRunning(); Thread.sleep(5)) {
            if (System.nanoTime() > end) {
                return false;
            }
        }
        say("end");
        answers.readLine();
        return true;
    }

    private void say(String word) throws IOException {
        words.write(word + "\n");
        words.flush();
    }

    @Override
    public void close() {
        if (isRunning()) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
        try {
            words.close();
        } catch (IOException _) {
            // The shell has ended, which it only does when the program has.
        }
        shell.onExit().join();
    }
}
