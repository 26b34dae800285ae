package org.dpfs4j.app;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.dpfs4j.config.Problem;
import org.dpfs4j.config.Section;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;

/** Reads a TOML file into {@link Settings}: its syntax, and which line each key stands on. */
final class SettingsFile {
    private static final int BYTES_MAX = 1 << 20;
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final Path file;
    private final List<Problem> problems = new ArrayList<>();

    private SettingsFile(Path file) {
        this.file = file;
    }

    /** Reads a file; what its text says wrong is a problem of the settings. */
    static Settings read(Path file) throws Failure {
        return new SettingsFile(file).settings();
    }

    private Settings settings() throws Failure {
        var text = text();
        var parsed = Toml.parse(text);
        parsed.errors()
                .forEach(error -> problems.add(new Problem(error.position().line(), error.getMessage())));
        var root = section("", parsed, key -> line(parsed, key));
        return new Settings(
                root, problems, line -> file + ":" + (line == 0 ? "" : line + ":") + " ", certain(parsed, text));
    }

    private String text() throws Failure {
        try {
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                throw wrong("is not a regular file", null); // which could be read once only, or has no end
            }
            if (Files.size(file) > BYTES_MAX) {
                throw wrong("is too large for a configuration (more than 1 MiB)", null);
            }
            var decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(Files.readAllBytes(file)));
            var text = decoded.toString();
            return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
        } catch (NoSuchFileException e) {
            throw wrong("does not exist", e);
        } catch (AccessDeniedException e) {
            throw wrong("may not be read", e);
        } catch (CharacterCodingException e) {
            throw wrong("is not UTF-8 text", e);
        } catch (IOException e) {
            throw wrong("cannot be read: " + e.getMessage(), e);
        }
    }

    private Failure wrong(String what, IOException cause) {
        return Failure.wrong(List.of("configuration file " + file + " " + what), cause);
    }

    private Section section(String name, TomlTable table, ToIntFunction<String> lineOf) {
        var values = new LinkedHashMap<String, Object>();
        for (var key : table.keySet()) {
            values.put(key, value(name, key, table));
        }
        return new Section(name, values, lineOf, problems);
    }

    private Object value(String parent, String key, TomlTable table) {
        return switch (table.get(List.of(key))) {
            case TomlTable inner -> section(child(parent, key), inner, orElse(inner, line(table, key)));
            case TomlArray array -> elements(key, array);
            case Object other -> other;
        };
    }

    private List<Object> elements(String key, TomlArray array) {
        var elements = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            var line = array.inputPositionOf(i).line();
            elements.add(
                    array.get(i) instanceof TomlTable table
                            ? section("[[" + key + "]]", table, orElse(table, line))
                            : array.get(i));
        }
        return elements;
    }

    /** As a person would write it: {@code [backend]}, {@code [backend.local]}, {@code [[device]] transport.inner}. */
    private static String child(String parent, String key) {
        if (parent.isEmpty()) {
            return "[" + key + "]";
        }
        if (parent.endsWith("]]")) {
            return parent + " " + key;
        }
        return parent.endsWith("]") ? parent.substring(0, parent.length() - 1) + "." + key + "]" : parent + "." + key;
    }

    /** The line of a key of {@code table}; the table's own for keys that it does not have. */
    private static ToIntFunction<String> orElse(TomlTable table, int own) {
        return key -> {
            var line = line(table, key);
            return line == 0 ? own : line;
        };
    }

    private static int line(TomlTable table, String key) {
        var position = table.inputPositionOf(List.of(key));
        return position == null ? 0 : position.line();
    }

    /**
     * Beside a syntax error, what seems to be absent may stand where nobody could read it; and what follows a table's
     * header that cannot be read was taken for the table's before.
     */
    private static Predicate<Problem> certain(TomlParseResult parsed, String text) {
        if (!parsed.hasErrors()) {
            return problem -> true;
        }
        var lines = text.lines().toList();
        IntUnaryOperator headerOf = line -> {
            int header = Math.min(line, lines.size());
            while (header > 0 && !lines.get(header - 1).stripLeading().startsWith("[")) {
                header--;
            }
            return header;
        };
        var errors =
                parsed.errors().stream().map(error -> error.position().line()).toList();
        return problem -> errors.contains(problem.line())
                || (!problem.absence() && !errors.contains(headerOf.applyAsInt(problem.line())));
    }
}
