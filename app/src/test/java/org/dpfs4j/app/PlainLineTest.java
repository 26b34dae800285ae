package org.dpfs4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read without the parser means what the parser makes of it, and the rest is left to the parser. */
class PlainLineTest {
    private static final List<String> WHAT = List.of("--socket-path=/run/s.sock", "--shared-dir=/srv");

    /** The configuration that the parser makes of a line; null when it refuses it. */
    private static String parsed(List<String> words) {
        var line = new ArrayList<>(List.of("serve", "--print-config"));
        line.addAll(words);
        var out = new StringWriter();
        var code = Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(new StringWriter()))
                .execute(line.toArray(String[]::new));
        return code == 0 ? out.toString() : null;
    }

    private static List<String> line(String... words) {
        return Stream.concat(WHAT.stream(), Arrays.stream(words)).toList();
    }

    static Stream<List<String>> everyOption() {
        return Arrays.stream(DirectoryOption.values())
                .filter(option -> !WHAT.toString().contains(option.option()) && option != DirectoryOption.FD)
                .flatMap(option -> Stream.of("", "7", "-x", "a=\"b")
                        .flatMap(value -> Stream.of(
                                line(option.option() + "=" + value),
                                line(option.option(), value),
                                line(option.option(), "--tag", value))));
    }

    @ParameterizedTest
    @MethodSource("everyOption")
    void whatIsPlainIsWhatTheParserReads(List<String> words) {
        PlainLine.read(words)
                .ifPresent(serving -> assertThat(serving.given().toml()).isEqualTo(parsed(words)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--tag=x",
                "--tag x",
                "--lanes=2",
                "--xattr",
                "-f",
                "--cache never",
                "--socket-group=",
                "--tag a=b"
            })
    void plainLinesAreRead(String words) {
        var line = line(words.split(" "));
        assertThat(PlainLine.read(line))
                .hasValueSatisfying(
                        serving -> assertThat(serving.given().toml()).isEqualTo(parsed(line)));
    }

    @Test
    void otherNamesOfAnOptionAreItsNames() {
        var line = List.of("--socket=/run/s.sock", "--shared-dir", "/srv");
        assertThat(PlainLine.read(line))
                .hasValueSatisfying(
                        serving -> assertThat(serving.given().toml()).isEqualTo(parsed(line)));
    }

    @Test
    void aFileIsNamed() {
        assertThat(PlainLine.read(List.of("--config=/x.toml"))).hasValueSatisfying(serving -> {
            assertThat(serving.config()).isEqualTo(Path.of("/x.toml"));
            assertThat(serving.given().isEmpty()).isTrue();
        });
        assertThat(PlainLine.read(List.of("--config", "x.toml"))).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--tag=a --tag=b",
                "--lanes=two",
                "--lanes",
                "--tag --xattr",
                "--xattr=true",
                "--modcaps=+sys_admin",
                "--translate-uid=map:0:1:2",
                "--posix-acl",
                "--posix-acl=never",
                "--uid-map=x",
                "--tags=x",
                "--",
                "x",
                "-v",
                "-d",
                "-o cache=none",
                "--help",
                "--print-config",
                "--config=/x.toml",
                "--config="
            })
    void whatIsNotPlainIsTheParsers(String words) {
        assertThat(PlainLine.read(line(words.split(" ")))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--shared-dir=/srv",
                "--socket-path=/s",
                "--socket-path=/s --fd=3 --shared-dir=/srv",
                "--config=/x --config=/y"
            })
    void whatDoesNotSayWhatToServeIsTheParsers(String words) {
        assertThat(PlainLine.read(words.isEmpty() ? List.of() : List.of(words.split(" "))))
                .isEmpty();
    }
}
