package org.dpfs4j.tck;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Inputs for a fuzz target: a class with {@code public static void fuzzerTestOneInput(byte[])}. Those that the repository keeps, a name
 * and hexadecimal bytes in each line of the resource {@code corpus/TARGET.txt}, are tried in every build. Given time, Jazzer looks for
 * more in a process of its own, led by what code they reach; what it finds goes into the corpus with the fix.
 */
public final class Fuzz {
    private static final String JAZZER = "com.code_intelligence.jazzer.Jazzer";
    private static final int INPUT_BYTES_MAX = 4096;
    private static final int SLACK_SECONDS = 120;
    private static final int LINES_SHOWN = 40;

    private Fuzz() {}

    /** The corpus of a target, by name. */
    public static Map<String, byte[]> corpus(Class<?> target) {
        var resource = "/corpus/" + target.getSimpleName() + ".txt";
        try (var stream = target.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new AssertionError("there is no " + resource);
            }
            var inputs = new LinkedHashMap<String, byte[]>();
            for (var line : new String(stream.readAllBytes(), UTF_8).lines().toList()) {
                var words = line.split(" ", 2);
                inputs.put(words[0], HexFormat.of().parseHex(words[1]));
            }
            return inputs;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Lets Jazzer look for an input that the target fails on.
     *
     * @param seconds how long
     * @param scratch an empty folder
     * @throws AssertionError with the input, in the form of the corpus, when there is one
     */
    public static void explore(Class<?> target, int seconds, Path scratch) throws IOException, InterruptedException {
        var inputs = Files.createDirectory(scratch.resolve("inputs"));
        for (var input : corpus(target).entrySet()) {
            Files.write(inputs.resolve(input.getKey()), input.getValue());
        }
        var log = scratch.resolve("jazzer.log");
        var process = new ProcessBuilder(command(target, seconds, scratch, inputs))
                .directory(scratch.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!process.waitFor(seconds + SLACK_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            throw new AssertionError("an input takes too long:\n" + end(log));
        }
        if (process.exitValue() != 0) {
            throw new AssertionError(finds(scratch) + end(log));
        }
        Files.readAllLines(log).stream()
                .filter(line -> line.contains(" DONE "))
                .forEach(line -> System.out.println(">> fuzzed " + target.getSimpleName() + ": " + line));
    }

    private static List<String> command(Class<?> target, int seconds, Path scratch, Path inputs) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+EnableDynamicAgentLoading",
                "-ea",
                "-Xmx512m",
                "-Dlogback.configurationFile=" + System.getProperty("logback.configurationFile"),
                "-cp",
                System.getProperty("java.class.path"),
                JAZZER,
                "--target_class=" + target.getName(),
                "--instrumentation_includes=org.dpfs4j.**",
                "--custom_hook_includes=org.dpfs4j.**",
                "--reproducer_path=" + scratch,
                "-artifact_prefix=" + scratch + "/",
                "-max_len=" + INPUT_BYTES_MAX,
                "-rss_limit_mb=0",
                "-max_total_time=" + seconds,
                inputs.toString());
    }

    private static String end(Path log) throws IOException {
        var lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size()));
    }

    private static String finds(Path scratch) throws IOException {
        var lines = new StringBuilder("Jazzer has found:\n");
        try (var files = Files.list(scratch)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var name = file.getFileName().toString();
                if (name.startsWith("crash-") || name.startsWith("timeout-")) {
                    lines.append(name).append(' ');
                    lines.append(HexFormat.of().formatHex(Files.readAllBytes(file)));
                    lines.append('\n');
                }
            }
        }
        return lines.toString();
    }
}
