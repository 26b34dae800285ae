package org.dpfs4j.app.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ProgramTest {
    private static Program program(String variable, String... words) {
        return new Program(Path.of("/java"), bytes(Stream.of(words)), bytes(Stream.of("A=b", variable)));
    }

    private static List<byte[]> bytes(Stream<String> texts) {
        return texts.map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
    }

    private static List<String> words(Program program) {
        return program.words().stream()
                .map(word -> new String(word, StandardCharsets.UTF_8))
                .toList();
    }

    @Test
    void aJavaThatSaysNothingServesWithWhatServesBest() {
        assertThat(words(program("C=d", "java", "-jar", "x.jar", "serve").toServe()))
                .startsWith("java")
                .containsAll(Program.SERVING)
                .endsWith("-jar", "x.jar", "serve");
    }

    @Test
    void optionsThatSomebodyChoseAreNotAddedTo() {
        assertThat(words(program("C=d", "java", "-Xmx1g", "-jar", "x.jar").toServe()))
                .containsExactly("java", "-Xmx1g", "-jar", "x.jar");
        assertThat(words(program("C=d", "java", "@options", "-jar", "x.jar").toServe()))
                .containsExactly("java", "@options", "-jar", "x.jar");
        assertThat(words(program("JAVA_TOOL_OPTIONS=-XX:+UseZGC", "java", "-jar", "x.jar")
                        .toServe()))
                .containsExactly("java", "-jar", "x.jar");
    }

    @Test
    void optionsOfTheFirstJavaEndWithIt() {
        var program = program("C=d", "java", "-Xmn8m", "-Xint", "-Dx=y", "-Ddpfs4j.first=2", "-jar", "x.jar");
        assertThat(words(program.toServe())).containsExactly("java", "-Xmn8m", "-jar", "x.jar");
        assertThat(words(program.toServe().toServe())).containsExactly("java", "-Xmn8m", "-jar", "x.jar");
    }

    @Test
    void moreOptionsThanThereAreEndWithTheFirstJava() {
        assertThat(words(program("C=d", "java", "-Xint", "-Ddpfs4j.first=9", "-jar", "x.jar")
                        .toServe()))
                .containsExactly("java", "-jar", "x.jar");
    }

    @Test
    void theLauncherAddsTheSame() throws IOException {
        assertThat(Path.of(System.getProperty("dpfs4j.root"), "dpfs4j"))
                .content()
                .contains("\nserving=(" + String.join(" ", Program.SERVING) + ")\n");
    }

    @Test
    void theImageAndTheUnitAddTheSame() throws IOException {
        var folder = Path.of(System.getProperty("dpfs4j.root"), "docker", "server");
        assertThat(folder.resolve("dpfs4j.service"))
                .content()
                .contains("\nExecStart=/opt/java/bin/java " + String.join(" ", Program.SERVING) + " -jar ");
        // For the rehearsal, and for all that is run.
        assertThat(Files.readString(folder.resolve("Dockerfile"))
                        .split(Pattern.quote("\"" + String.join("\", \"", Program.SERVING) + "\", "), -1))
                .hasSize(3);
    }

    @Test
    void theServersCacheIsAmongTheFilesThatJavaNeeds() throws IOException {
        var cache = Files.createTempFile("dpfs4j", ".aot");
        var other = Files.createTempFile("dpfs4j", ".aot");
        try {
            assertThat(program(
                                    "C=d",
                                    "java",
                                    "-XX:AOTCache=" + cache,
                                    "-XX:AOTCache=" + other,
                                    "-Ddpfs4j.first=1",
                                    "-jar",
                                    "x.jar")
                            .places())
                    .contains(new Place(cache, Access.READ))
                    .doesNotContain(new Place(other, Access.READ));
        } finally {
            Files.delete(cache);
            Files.delete(other);
        }
    }
}
