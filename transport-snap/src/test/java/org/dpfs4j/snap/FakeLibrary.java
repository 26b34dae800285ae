package org.dpfs4j.snap;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** The fake provider, and wrong ones, compiled when they are first asked for. */
final class FakeLibrary {
    private static final Path PROVIDERS = Path.of(System.getProperty("dpfs4j.root"), "transport-snap", "provider")
            .toAbsolutePath();
    private static final Path SOURCE = PROVIDERS.resolve("fake").resolve("vfsp_fake.c");
    private static final Path TARGET = Path.of(System.getProperty("dpfs4j.root"), "transport-snap", "target")
            .toAbsolutePath();

    private static Path library;

    private FakeLibrary() {}

    /** The fake; the test is skipped where there is no compiler. */
    static synchronized Path path() {
        if (library == null) {
            library = compile(SOURCE, "libvfsp_fake.so", List.of("-Wall", "-Wextra", "-Werror"));
        }
        return library;
    }

    /** Another library of this source text. */
    static Path of(String name, String source) {
        try {
            Files.createDirectories(TARGET);
            return compile(Files.writeString(TARGET.resolve(name + ".c"), source), "lib" + name + ".so", List.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path compile(Path source, String name, List<String> more) {
        try {
            Files.createDirectories(TARGET);
            var made = Files.createTempFile(TARGET, "lib", ".so");
            var words = new ArrayList<>(List.of("gcc", "-std=gnu17", "-O2", "-g", "-shared", "-fPIC", "-pthread"));
            words.addAll(more);
            words.addAll(List.of("-I", PROVIDERS.toString(), "-o", made.toString(), source.toString()));
            var process = new ProcessBuilder(words).redirectErrorStream(true).start();
            var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new AssertionError(said);
            }
            return Files.move(made, TARGET.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            assumeTrue(false, "gcc is missing: " + e.getMessage());
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
