package org.dpfs4j.app;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.dpfs4j.app.DirectoryOption.Table;
import org.dpfs4j.config.Problem;
import org.dpfs4j.config.Section;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One directory at one socket or mount point, from the command line: the same sections as a file has, and so the same checks. */
final class ShortForm {
    /** The tag when none is given. */
    static final String TAG = "share";

    private static final Logger LOG = LoggerFactory.getLogger(ShortForm.class);
    private static final String BACKEND = "share";

    private final List<Problem> problems = new ArrayList<>();
    private final List<String> options = new ArrayList<>();
    private final List<String> ignored = new ArrayList<>();
    private final Map<Table, Map<String, Object>> tables = new EnumMap<>(Table.class);
    private final Map<String, Integer> lines = new LinkedHashMap<>();

    ShortForm() {
        for (var table : Table.values()) {
            tables.put(table, new LinkedHashMap<>());
        }
    }

    /** Takes one option; the last one counts where several mean the same key. */
    void put(DirectoryOption option, Object parsed) {
        put(option, option.value(parsed), option.option());
    }

    /**
     * As {@link #put(DirectoryOption, Object)}.
     *
     * @param name what the user wrote, for messages
     */
    void put(DirectoryOption option, Object value, String name) {
        if (option.table() == Table.NONE) {
            ignored.add(name);
            return;
        }
        put(option.table(), option.key(), value, name);
    }

    /** Takes a key that no option of {@link DirectoryOption} stands for. */
    void put(Table table, String key, Object value, String name) {
        options.add(name);
        tables.get(table).put(key, value);
        lines.put(key, options.size());
    }

    /** Tells, in one line, which options are taken for the sake of who writes them. */
    void sayIgnored() {
        if (!ignored.isEmpty()) {
            LOG.info("no effect here: {}", String.join(", ", ignored));
        }
    }

    /** Whether anything was said. */
    boolean isEmpty() {
        return options.isEmpty();
    }

    /** Whether something was said about this. */
    boolean has(DirectoryOption option) {
        return tables.get(option.table()).containsKey(option.key());
    }

    private void complete() {
        var transport = tables.get(Table.TRANSPORT);
        transport.putIfAbsent("type", "vhost-user");
        tables.get(Table.BACKEND).put("type", "uring");
        tables.get(Table.DEVICE).putIfAbsent("tag", TAG);
        if (transport.get("socket") instanceof String socket && !socket.isEmpty()) {
            tables.get(Table.SERVER).putIfAbsent("pid-file", socket + ".pid");
        }
    }

    /** The settings that the options mean; a problem is placed at its option. */
    Settings settings() {
        complete();
        var device = new LinkedHashMap<>(tables.get(Table.DEVICE));
        device.put("transport", section(tables.get(Table.TRANSPORT)));
        device.put("backend", BACKEND);
        var backends = Map.<String, Object>of(BACKEND, section(tables.get(Table.BACKEND)));
        var root = Map.<String, Object>of(
                "server", section(tables.get(Table.SERVER)),
                "device", List.of(section(device)),
                "backend", section(backends));
        return new Settings(section(root), problems, this::place, problem -> true);
    }

    private Section section(Map<String, Object> values) {
        return new Section("", values, key -> lines.getOrDefault(key, 0), problems);
    }

    private String place(int line) {
        return line == 0 ? "" : options.get(line - 1) + ": ";
    }

    /** The same as a configuration file. */
    String toml() {
        complete();
        var transport = tables.get(Table.TRANSPORT).entrySet().stream()
                .map(entry -> entry.getKey() + " = " + toml(entry.getValue()))
                .collect(Collectors.joining(", ", "{ ", " }"));
        return table("[server]", tables.get(Table.SERVER))
                + table("[[device]]", tables.get(Table.DEVICE))
                + "transport = " + transport + "\nbackend = " + toml(BACKEND) + "\n\n"
                + table("[backend." + BACKEND + "]", tables.get(Table.BACKEND));
    }

    private static String table(String header, Map<String, Object> values) {
        var lines = new StringBuilder(header).append('\n');
        values.forEach((key, value) ->
                lines.append(key).append(" = ").append(toml(value)).append('\n'));
        return header.startsWith("[[") ? lines.toString() : lines.append('\n').toString();
    }

    private static String toml(Object value) {
        return switch (value) {
            case String text -> quoted(text);
            case List<?> list -> list.stream().map(ShortForm::toml).collect(Collectors.joining(", ", "[", "]"));
            default -> value.toString();
        };
    }

    private static String quoted(String text) {
        var quoted = new StringBuilder("\"");
        text.chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append((char) c);
            } else if (c < ' ' || c == 0x7f) {
                quoted.append(String.format("\\u%04x", c));
            } else {
                quoted.append((char) c);
            }
        });
        return quoted.append('"').toString();
    }
}
