package org.dpfs4j.snap;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.dpfs4j.tck.ProviderLibrary;

/** The fake provider, and wrong ones, compiled when they are first asked for; tests are skipped where there is no compiler. */
final class FakeLibrary {
    private static final Path TARGET = Path.of(System.getProperty("dpfs4j.root"), "transport-snap", "target")
            .toAbsolutePath();

    private static Path library;

    private FakeLibrary() {}

    /** The fake. */
    static synchronized Path path() {
        try {
            if (library == null) {
                library = ProviderLibrary.compile("fake", TARGET);
            }
            return library;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Another library of this source text. */
    static Path of(String name, String source) {
        try {
            var folder = Files.createDirectories(TARGET.resolve(name));
            Files.writeString(folder.resolve(name + ".c"), source);
            var made = folder.resolve("lib" + name + ".so");
            ProviderLibrary.program(made, Stream.of(folder), List.of("-shared", "-fPIC"));
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
