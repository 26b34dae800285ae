package org.dpfs4j.tck;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Compiles C sources of {@code transport-snap/provider}, as {@code make} there does on a DPU, but with every warning an error. */
public final class ProviderLibrary {
    private static final Path SOURCES = Path.of(System.getProperty("dpfs4j.root"), "transport-snap", "provider")
            .toAbsolutePath();

    /** A folder of libraries that were compiled elsewhere, for machines without a compiler. */
    private static final String COMPILED = "dpfs4j.providers";

    private ProviderLibrary() {}

    /**
     * A provider's library, made anew in {@code folder}; the test is skipped where there is no compiler.
     *
     * @param provider its folder among the sources, such as {@code vhost}
     */
    public static Path compile(String provider, Path folder) throws IOException {
        String name = "libvfsp_" + provider + ".so";
        String elsewhere = System.getProperty(COMPILED);
        if (elsewhere != null) {
            return Path.of(elsewhere, name).toAbsolutePath();
        }
        Path library = folder.resolve(name);
        // A library that is loaded must not change.
        Path made = Files.createTempFile(Files.createDirectories(folder), "lib", ".so");
        gcc(
                made,
                Stream.of(SOURCES.resolve(provider), SOURCES.resolve("common")),
                List.of("-fPIC", "-shared", "-fvisibility=hidden", "-Wl,-z,max-page-size=65536"));
        return Files.move(made, library, StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * A program of all C sources in some folders; the test is skipped where there is no compiler.
     *
     * @param options of the compiler beside those that every provider has
     */
    public static void program(Path program, Stream<Path> folders, List<String> options) throws IOException {
        gcc(program, Stream.concat(Stream.of(SOURCES.resolve("common")), folders), options);
    }

    /** Where the sources of a provider are. */
    public static Path sources(String provider) {
        return SOURCES.resolve(provider);
    }

    private static void gcc(Path output, Stream<Path> folders, List<String> options) throws IOException {
        var words =
                new ArrayList<>(List.of("gcc", "-std=gnu17", "-O2", "-g", "-Wall", "-Wextra", "-Werror", "-pthread"));
        words.addAll(options);
        words.addAll(List.of(
                "-I", SOURCES.toString(), "-I", SOURCES.resolve("common").toString()));
        words.addAll(List.of("-o", output.toString()));
        for (Path folder : folders.toList()) {
            try (Stream<Path> files = Files.list(folder)) {
                files.map(Path::toString)
                        .filter(file -> file.endsWith(".c"))
                        .sorted()
                        .forEach(words::add);
            }
        }
        Process gcc;
        try {
            gcc = new ProcessBuilder(words).redirectErrorStream(true).start();
        } catch (IOException e) {
            Assumptions.abort("gcc is missing: " + e.getMessage());
            throw e;
        }
        var said = new String(gcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (gcc.waitFor() != 0) {
                throw new AssertionError(said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
