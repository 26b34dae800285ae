package org.dpfs4j.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The page about this module shows code that is compiled. */
class DocumentationTest {
    private static final Path ROOT = Path.of(System.getProperty("dpfs4j.root"));
    private static final Pattern CODE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    @Test
    void everyPieceOfCodeOnThePageStandsInThisModule() throws IOException {
        var page = Files.readString(ROOT.resolve("docs/write-a-backend.md"));
        var pieces = CODE.matcher(page).results().map(match -> match.group(1)).toList();
        var sources = sources();
        assertThat(pieces)
                .hasSizeGreaterThan(8)
                .allSatisfy(piece -> assertThat(sources).contains(piece));
    }

    private static String sources() throws IOException {
        try (var files = Files.walk(ROOT.resolve("backend-template/src"))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .map(DocumentationTest::text)
                    .collect(Collectors.joining("\n"));
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
