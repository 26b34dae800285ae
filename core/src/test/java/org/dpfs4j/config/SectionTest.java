package org.dpfs4j.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SectionTest {
    private static final int TABLE_LINE = 10;

    private enum Colour {
        RED,
        DARK_BLUE
    }

    private final List<Problem> problems = new ArrayList<>();

    /** A table at line 10 whose keys stand on the lines after it. */
    private Section section(Object... keysAndValues) {
        var values = new LinkedHashMap<String, Object>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            values.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        var keys = List.copyOf(values.keySet());
        return new Section("[s]", values, key -> TABLE_LINE + 1 + keys.indexOf(key), problems);
    }

    private void assertProblems(String... expected) {
        assertThat(problems.stream().map(problem -> problem.line() + ": " + problem.message()))
                .containsExactly(expected);
    }

    @Test
    void valuesAreGivenAsTheyStand() {
        var section = section(
                "text",
                "t",
                "path",
                "/a/b",
                "flag",
                true,
                "int",
                5L,
                "time",
                "3ms",
                "size",
                "2KiB",
                "colour",
                "dark-blue");
        assertThat(section.text("text")).isEqualTo("t");
        assertThat(section.path("path")).isEqualTo(Path.of("/a/b"));
        assertThat(section.flag("flag", false)).isTrue();
        assertThat(section.integer("int", 1, 0, 5)).isEqualTo(5);
        assertThat(section.duration("time", Duration.ZERO)).isEqualTo(Duration.ofMillis(3));
        assertThat(section.size("size", 0)).isEqualTo(2048);
        assertThat(section.choice("colour", Colour.RED)).isEqualTo(Colour.DARK_BLUE);
        section.reportUnknownKeys();
        assertProblems();
    }

    @Test
    void keysOfSomebodyElseAreTexts() {
        var section = section("x-a", "t", "x-b", 5L, "x-c", true, "y", 1L, "x-d", List.of());
        assertThat(section.textsOf("x-")).isEqualTo(Map.of("x-a", "t", "x-b", "5", "x-c", "true"));
        section.reportUnknownKeys();
        assertProblems(
                "15: [s] x-d must be a text, a number, or true or false: an array",
                "14: [s] y is not a known key (known here: x-a, x-b, x-c, x-d)");
    }

    @Test
    void whatIsNotThereHasItsDefault() {
        var section = section();
        assertThat(section.has("text")).isFalse();
        assertThat(section.text("text", "d")).isEqualTo("d");
        assertThat(section.flag("flag", true)).isTrue();
        assertThat(section.integer("int", 7, 0, 9)).isEqualTo(7);
        assertThat(section.duration("time", Duration.ofSeconds(1))).isEqualTo(Duration.ofSeconds(1));
        assertThat(section.size("size", 3)).isEqualTo(3);
        assertThat(section.choice("colour", Colour.RED)).isEqualTo(Colour.RED);
        assertThat(section.list("list")).isEmpty();
        assertThat(section.optionalTable("table").text("text")).isEmpty();
        assertProblems();
    }

    @Test
    void whatMustBeThereIsMissingAtTheLineOfItsTable() {
        var section = section();
        assertThat(section.text("name")).isEmpty();
        section.path("path");
        section.table("table");
        assertProblems("10: [s] name is missing", "10: [s] path is missing", "10: [s] table is missing");
        assertThat(problems).allMatch(Problem::absence);
    }

    @Test
    void aMissingTableIsOneProblemHoweverMuchIsReadFromIt() {
        var table = section().table("table");
        table.text("a");
        table.table("b").path("c");
        assertProblems("10: [s] table is missing");
    }

    @Test
    void wrongTypesAreProblemsWithWhatWasWritten() {
        var section = section("a", 1L, "b", "2", "c", "true", "d", 1.5, "e", List.of(1L), "f", "x", "g", 5L);
        section.text("a");
        section.integer("b", 0, 0, 9);
        section.flag("c", false);
        section.integer("d", 0, 0, 9);
        section.text("e");
        section.table("f");
        section.duration("g", Duration.ZERO);
        assertProblems(
                "11: [s] a must be a text: 1",
                "12: [s] b must be a whole number: \"2\"",
                "13: [s] c must be true or false: \"true\"",
                "14: [s] d must be a whole number: 1.5",
                "15: [s] e must be a text: an array",
                "16: [s] f must be a table: \"x\"",
                "17: [s] g must be a time such as \"1s\", \"200ms\" or \"5min\": 5");
        assertThat(problems).noneMatch(Problem::absence);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 10, 4294967297L, Long.MIN_VALUE, Long.MAX_VALUE})
    void numbersOutOfRangeAreProblems(long number) {
        assertThat(section("n", number).integer("n", 4, 0, 9)).isEqualTo(4);
        assertProblems("11: [s] n must be from 0 to 9: " + number);
    }

    @Test
    void pathsMustBeAbsolute() {
        var section = section("a", "x/y", "b", "", "c", "/x\0");
        section.path("a");
        section.path("b");
        section.path("c");
        assertProblems(
                "11: [s] a must be an absolute path: \"x/y\"",
                "12: [s] b must be an absolute path: \"\"",
                "13: [s] c is not a path: \"/x\0\"");
    }

    @Test
    void choicesNameAllThatIsAllowed() {
        assertThat(section("colour", "BLUE").choice("colour", Colour.RED)).isEqualTo(Colour.RED);
        assertProblems("11: [s] colour must be one of red, dark-blue: \"BLUE\"");
    }

    @Test
    void aChoiceOfNamedThingsMustBeThere() {
        var named = new TreeMap<>(Map.of("one", 1, "two", 2));
        var section = section("type", "two", "other", "three", "number", 3L);
        assertThat(section.choice("type", named)).contains(2);
        assertThat(section.choice("other", named)).isEmpty();
        assertThat(section.choice("number", named)).isEmpty();
        assertThat(section.choice("nothing", named)).isEmpty();
        assertProblems(
                "12: [s] other must be one of one, two: \"three\"",
                "13: [s] number must be a text: 3",
                "10: [s] nothing is missing");
    }

    @Test
    void aKeyThatNobodyReadsIsUnknown() {
        var inner = new Section("[s].inner", Map.of("typo", "x"), key -> 20, problems);
        var element = new Section("[[e]]", Map.of("type", "x", "typo", "y"), key -> 30, problems);
        var section = section("known", 1L, "typo", 2L, "inner", inner, "e", List.of(element));
        section.integer("known", 0, 0, 9);
        section.table("inner");
        section.list("e").getFirst().text("type");
        section.reportUnknownKeys();
        assertProblems(
                "12: [s] typo is not a known key (known here: e, inner, known)",
                "20: [s].inner.typo is not a known key (known here: )",
                "30: [[e]] typo is not a known key (known here: type)");
    }

    @Test
    void aKeyThatIsAskedForIsKnownAlsoWhenItIsNotThere() {
        var section = section("typo", 1L);
        section.choice("colour", Colour.RED);
        section.has("fd");
        section.text("name", "");
        section.reportUnknownKeys();
        assertProblems("11: [s] typo is not a known key (known here: colour, fd, name)");
    }

    @Test
    void nothingIsUnknownInATableThatIsAccepted() {
        var inner = new Section("[s].inner", Map.of("a", "x"), key -> 20, problems);
        var section = section("b", 1L, "inner", inner);
        section.acceptAll();
        section.reportUnknownKeys();
        assertProblems();
    }

    @Test
    void aListHoldsTablesOnly() {
        var element = new Section("[[e]]", Map.of(), key -> 30, problems);
        var section = section("e", List.of(element, 1L), "f", "x");
        assertThat(section.list("e")).containsExactly(element);
        assertThat(section.list("f")).isEmpty();
        assertProblems(
                "11: [s] e must be tables, each written as [[e]]: 1",
                "12: [s] f must be tables, each written as [[f]]: \"x\"");
    }

    @Test
    void whatARecordRefusesIsAProblemOfItsTable() {
        var built = section().<String>build(() -> {
            throw new IllegalArgumentException("low is above high");
        });
        assertThat(built).isNull();
        assertProblems("10: [s]: low is above high");
    }

    @Test
    void nothingIsBuiltOfATableThatHasProblems() {
        var section = section("root", "relative");
        var root = section.path("root");
        assertThat(section.build(() -> Path.of("/").relativize(root))).isNull();
        assertProblems("11: [s] root must be an absolute path: \"relative\"");
    }

    @Test
    void tablesAndTextsComeInTheOrderWritten() {
        var z = new Section("z", Map.of(), key -> 1, problems);
        var a = new Section("a", Map.of(), key -> 2, problems);
        assertThat(section("z", z, "a", a).tables()).containsExactly(Map.entry("z", z), Map.entry("a", a));
        assertThat(section("y", "1", "n", 3L, "b", "2").texts())
                .containsExactly(Map.entry("y", "1"), Map.entry("b", "2"));
        assertProblems("12: [s] n must be a text: 3");
    }
}
