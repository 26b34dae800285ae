package org.dpfs4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** House rules that no compiler knows, over the sources of every module; docs/HACKING.md has the reasons. */
class StyleTest {
    private static final Path ROOT = Path.of(System.getProperty("dpfs4j.root"));
    private static final Set<String> NOT_OURS = Set.of("target", ".git", ".dpfs4j", ".idea");
    private static final int LONG_FILE = 500;

    private static final Pattern EMPTY_NAME = Pattern.compile(
            "\\b(?:class|interface|record|enum)\\s+(Abstract\\w*|I[A-Z][a-z]\\w*|\\w+(?:Impl|Manager|Utils?|Helper))\\b");

    /** In two halves, so that this file obeys its own rule. */
    private static final Pattern LEFT_OVER = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b|@Dis" + "abled\\b");

    private static final Pattern FIRST_COMMENT =
            Pattern.compile("/\\*.*?\\*/|(?:^[ \\t]*//[^\\n]*\\n)+", Pattern.DOTALL | Pattern.MULTILINE);

    @Test
    void aLongFileSaysWhyInItsFirstComment() {
        var silent = javaFiles()
                .filter(file -> text(file).lines().count() > LONG_FILE)
                .filter(file -> FIRST_COMMENT
                        .matcher(text(file))
                        .results()
                        .findFirst()
                        .filter(comment ->
                                comment.group().toLowerCase(Locale.ROOT).contains("why"))
                        .isEmpty());
        assertThat(silent).as("files over %d lines without a why", LONG_FILE).isEmpty();
    }

    @Test
    void namesSayWhatAThingIs() {
        assertThat(findings(javaFiles(), EMPTY_NAME)).isEmpty();
    }

    @Test
    void nothingIsLeftForLater() {
        var sources = files(path -> path.toString().matches(".*\\.(java|xml|toml|sh|c)|.*/(dpfs4j|run)"));
        assertThat(findings(sources, LEFT_OVER)).isEmpty();
    }

    @Test
    void theSourcesAreFound() {
        assertThat(javaFiles()).anyMatch(file -> file.endsWith("StyleTest.java"));
    }

    private static List<String> findings(Stream<Path> files, Pattern pattern) {
        var found = new ArrayList<String>();
        files.forEach(file -> pattern.matcher(text(file))
                .results()
                .forEach(match -> found.add(ROOT.relativize(file) + ": " + match.group())));
        return found;
    }

    private static Stream<Path> javaFiles() {
        return files(path -> path.toString().endsWith(".java"));
    }

    private static Stream<Path> files(Predicate<Path> wanted) {
        try (Stream<Path> all = Files.walk(ROOT)) {
            return all
                    .filter(Files::isRegularFile)
                    .filter(wanted)
                    .filter(path -> Stream.iterate(ROOT.relativize(path), part -> part != null, Path::getParent)
                            .noneMatch(
                                    part -> NOT_OURS.contains(part.getFileName().toString())))
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
