package org.dpfs4j.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/**
 * A table of the configuration. Reading a key marks it as known; problems are collected, never thrown, and a key with a
 * problem gives its default or a harmless value, so that one run reports everything.
 */
public final class Section {
    private final String name;
    private final Map<String, Object> values;
    private final ToIntFunction<String> lineOf;
    private final List<Problem> problems;
    private final Set<String> known = new HashSet<>();
    private boolean wrong;

    /**
     * A table.
     *
     * @param name how messages call it, such as {@code [backend.local]}; empty for the whole configuration
     * @param values texts, {@code Long}, {@code Boolean}, {@code Section} for tables and {@code List} for arrays; a value
     *     of any other type is a problem for whoever reads it
     * @param lineOf the line a key stands on; of the table itself for keys that are not there
     * @param problems where problems go
     */
    public Section(String name, Map<String, Object> values, ToIntFunction<String> lineOf, List<Problem> problems) {
        this.name = name;
        this.values = values;
        this.lineOf = lineOf;
        this.problems = problems;
    }

    /** How messages call this table. */
    public String name() {
        return name;
    }

    /** Whether the key is there; it is known from now on. */
    public boolean has(String key) {
        known.add(key);
        return values.containsKey(key);
    }

    /** A text that must be there. */
    public String text(String key) {
        return required(key, String.class, "a text", "");
    }

    /** A text. */
    public String text(String key, String otherwise) {
        return value(key, String.class, "a text", otherwise);
    }

    /** An absolute path that must be there. */
    public Path path(String key) {
        var text = text(key);
        try {
            var path = Path.of(text);
            if (values.get(key) instanceof String && !path.isAbsolute()) {
                problem(key, "must be an absolute path: \"" + text + "\"");
            }
            return path;
        } catch (InvalidPathException e) {
            problem(key, "is not a path: \"" + text + "\"");
            return Path.of("/");
        }
    }

    /** True or false. */
    public boolean flag(String key, boolean otherwise) {
        return value(key, Boolean.class, "true or false", otherwise);
    }

    /** A whole number from {@code min} to {@code max}. */
    public int integer(String key, int otherwise, int min, int max) {
        var number = value(key, Long.class, "a whole number", (long) otherwise);
        if (has(key) && (number < min || number > max)) {
            problem(key, "must be from " + min + " to " + max + ": " + number);
            return otherwise;
        }
        return number.intValue();
    }

    /** A time with its unit: {@code "1s"}, {@code "20us"}, {@code "0s"}. */
    public Duration duration(String key, Duration otherwise) {
        return quantity(key, Units.TIME).map(Duration::ofNanos).orElse(otherwise);
    }

    /** A number of bytes with its unit: {@code "1MiB"}, {@code "512KiB"}, {@code "100B"}. */
    public long size(String key, long otherwise) {
        return quantity(key, Units.SIZE).orElse(otherwise);
    }

    private Optional<Long> quantity(String key, Units units) {
        var text = value(key, String.class, units.expected(), null);
        if (text == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(units.parse(text));
        } catch (IllegalArgumentException e) {
            problem(key, e.getMessage());
            return Optional.empty();
        }
    }

    /** One of an enum's names, in kebab case. */
    public <E extends Enum<E>> E choice(String key, E otherwise) {
        var named = new LinkedHashMap<String, E>();
        for (var constant : otherwise.getDeclaringClass().getEnumConstants()) {
            named.put(constant.name().toLowerCase(Locale.ROOT).replace('_', '-'), constant);
        }
        return has(key) ? choice(key, named).orElse(otherwise) : otherwise;
    }

    /** One of what has these names, which must be there; empty with a problem when it is not. */
    public <V> Optional<V> choice(String key, Map<String, V> named) {
        var text = required(key, String.class, "a text", null);
        if (text != null && !named.containsKey(text)) {
            problem(key, "must be one of " + String.join(", ", named.keySet()) + ": " + shown(text));
        }
        return text == null ? Optional.empty() : Optional.ofNullable(named.get(text));
    }

    /** A table in this one that must be there; an empty one with a problem when it is not. */
    public Section table(String key) {
        return required(key, Section.class, "a table", substitute(key));
    }

    /** A table in this one; an empty one when it is not there. */
    public Section optionalTable(String key) {
        return value(key, Section.class, "a table", substitute(key));
    }

    /** What stands in for a table that cannot be read: one problem is enough. */
    private Section substitute(String key) {
        return new Section(qualified(key), Map.of(), lineOf, new ArrayList<>());
    }

    /** The tables written as {@code [[key]]}, in the order written; none when there are none. */
    public List<Section> list(String key) {
        var tables = new ArrayList<Section>();
        for (var element : value(key, List.class, "tables, each written as [[" + key + "]]", List.of())) {
            if (element instanceof Section table) {
                tables.add(table);
            } else {
                problem(key, "must be tables, each written as [[" + key + "]]: " + shown(element));
            }
        }
        return tables;
    }

    /** The texts of an array, in the order written; none when it is not there. Every other element is a problem. */
    public List<String> texts(String key) {
        var texts = new ArrayList<String>();
        for (var element : value(key, List.class, "an array of texts", List.of())) {
            if (element instanceof String text) {
                texts.add(text);
            } else {
                problem(key, "must be an array of texts: " + shown(element));
            }
        }
        return texts;
    }

    /** The tables in this one, in the order written; every other value is a problem. */
    public Map<String, Section> tables() {
        var tables = new LinkedHashMap<String, Section>();
        values.keySet().forEach(key -> tables.put(key, table(key)));
        return tables;
    }

    /** The texts in this table, in the order written; every other value is a problem, and left out. */
    public Map<String, String> texts() {
        var texts = new LinkedHashMap<String, String>();
        values.keySet().forEach(key -> {
            var text = text(key, null);
            if (text != null) {
                texts.put(key, text);
            }
        });
        return texts;
    }

    /** The keys that begin with {@code prefix}, in the order written, with their texts, numbers, and true or false as texts. */
    public Map<String, String> textsOf(String prefix) {
        var texts = new LinkedHashMap<String, String>();
        values.forEach((key, value) -> {
            if (!key.startsWith(prefix)) {
                return;
            }
            known.add(key);
            if (value instanceof String || value instanceof Long || value instanceof Boolean) {
                texts.put(key, value.toString());
            } else {
                problem(key, "must be a text, a number, or true or false: " + shown(value));
            }
        });
        return texts;
    }

    private <T> T required(String key, Class<T> type, String what, T otherwise) {
        if (!has(key)) {
            absence(key, "is missing");
            return otherwise;
        }
        return value(key, type, what, otherwise);
    }

    private <T> T value(String key, Class<T> type, String what, T otherwise) {
        known.add(key);
        var value = values.get(key);
        if (value == null) {
            return otherwise;
        }
        if (!type.isInstance(value)) {
            problem(key, "must be " + what + ": " + shown(value));
            return otherwise;
        }
        return type.cast(value);
    }

    private static String shown(Object value) {
        return switch (value) {
            case String text -> "\"" + text + "\"";
            case List<?> list -> "an array";
            default -> value.toString();
        };
    }

    /**
     * Builds a configuration record; what its constructor refuses becomes a problem of this table. Nothing is built of
     * a table that has problems already.
     *
     * @return the record, or null when there is none
     */
    public <T> T build(Supplier<T> record) {
        if (wrong) {
            return null;
        }
        try {
            return record.get();
        } catch (IllegalArgumentException e) {
            problems.add(new Problem(lineOf.applyAsInt(""), name + (name.isEmpty() ? "" : ": ") + e.getMessage()));
            return null;
        }
    }

    /** Reports a problem with a key. */
    public void problem(String key, String message) {
        wrong = true;
        problems.add(new Problem(lineOf.applyAsInt(key), qualified(key) + " " + message));
    }

    /** Reports that what a key needs was not found. */
    public void absence(String key, String message) {
        wrong = true;
        problems.add(Problem.absence(lineOf.applyAsInt(key), qualified(key) + " " + message));
    }

    /** A key as messages call it: {@code lanes}, {@code [server] lanes}, {@code [[device]] transport.socket}. */
    private String qualified(String key) {
        return name.isEmpty() ? key : name + (name.endsWith("]") ? " " : ".") + key;
    }

    /** Takes every key for known: nobody can tell which are, as when the type of the table is unknown. */
    public void acceptAll() {
        values.forEach((key, value) -> {
            known.add(key);
            if (value instanceof Section table) {
                table.acceptAll();
            }
        });
    }

    /** Reports every key that nobody has read, here and in the tables below. */
    public void reportUnknownKeys() {
        values.forEach((key, value) -> {
            if (!known.contains(key)) {
                problem(
                        key,
                        "is not a known key (known here: "
                                + String.join(", ", known.stream().sorted().toList()) + ")");
            } else if (value instanceof Section table) {
                table.reportUnknownKeys();
            } else if (value instanceof List<?> list) {
                list.forEach(element -> {
                    if (element instanceof Section table) {
                        table.reportUnknownKeys();
                    }
                });
            }
        });
    }

    @Override
    public String toString() {
        return "a table";
    }
}
