package org.dpfs4j.guest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program of the host that is run to its end, with a time limit; its output is text. */
final class Command {
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private final List<String> words;
    private final Map<String, String> environment;

    Command(List<String> words, Map<String, String> environment) {
        this.words = List.copyOf(words);
        this.environment = Map.copyOf(environment);
    }

    static Command of(String... words) {
        return new Command(List.of(words), Map.of());
    }

    /** Whether a program of this name is on the search path (or in the directories of administrators). */
    static boolean exists(String program) {
        String path = System.getenv().getOrDefault("PATH", "/usr/bin:/bin") + ":/usr/sbin:/sbin";
        for (String directory : path.split(":", -1)) {
            if (!directory.isEmpty() && Files.isExecutable(Path.of(directory, program))) {
                return true;
            }
        }
        return false;
    }

    /**
     * Runs the program and gives its standard output; an error status is an exception that says what the program said.
     */
    String output() throws IOException {
        Path out = Files.createTempFile("dpfs4j-command", ".out");
        Path err = Files.createTempFile("dpfs4j-command", ".err");
        try {
            int status = run(out, err);
            if (status != 0) {
                throw new IOException(words.getFirst() + " failed (" + status + "): " + lastLine(err, out));
            }
            return Files.readString(out, StandardCharsets.UTF_8);
        } finally {
            Files.deleteIfExists(out);
            Files.deleteIfExists(err);
        }
    }

    /** Runs the program and writes its standard output to a file. */
    void outputTo(Path out) throws IOException {
        Path err = Files.createTempFile("dpfs4j-command", ".err");
        try {
            int status = run(out, err);
            if (status != 0) {
                throw new IOException(words.getFirst() + " failed (" + status + "): " + lastLine(err, err));
            }
        } finally {
            Files.deleteIfExists(err);
        }
    }

    private int run(Path out, Path err) throws IOException {
        var builder = new ProcessBuilder(words);
        builder.environment().putAll(environment);
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.redirectOutput(out.toFile());
        builder.redirectError(err.toFile());
        Process process = builder.start();
        try {
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException(words.getFirst() + " did not end within " + LIMIT.toMinutes() + " minutes");
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + words.getFirst() + " ran", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static String lastLine(Path first, Path second) throws IOException {
        for (Path file : List.of(first, second)) {
            List<String> lines = new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .toList();
            if (!lines.isEmpty()) {
                return lines.getLast().strip();
            }
        }
        return "no output";
    }
}
