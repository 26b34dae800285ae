package org.dpfs4j.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.dpfs4j.config.Problem;
import org.dpfs4j.config.Section;

/** One directory at one socket, from the command line: the same sections as a file has, and so the same checks. */
final class ShortForm {
    /** The tag when none is given. */
    static final String TAG = "share";

    private static final String BACKEND = "share";

    private final List<Problem> problems = new ArrayList<>();
    private final List<String> options = new ArrayList<>();
    private final Map<String, Object> server = new LinkedHashMap<>();
    private final Map<String, Object> device = new LinkedHashMap<>();
    private final Map<String, Object> transport = new LinkedHashMap<>();
    private final Map<String, Object> backend = new LinkedHashMap<>();
    private final Map<String, Integer> lines = new LinkedHashMap<>();

    private ShortForm() {}

    /**
     * Options of the command; null when not given.
     *
     * @param ofServer those that are a key of {@code [server]} by the same name
     */
    record Options(
            Path socketPath,
            Path sharedDir,
            String tag,
            Integer requestQueues,
            Integer lanes,
            String io,
            Map<String, Object> ofServer) {
        /** Without options of {@code [server]}. */
        Options(Path socketPath, Path sharedDir, String tag, Integer requestQueues, Integer lanes, String io) {
            this(socketPath, sharedDir, tag, requestQueues, lanes, io, Map.of());
        }

        /** Whether any of them was given. */
        boolean any() {
            return !ofServer.isEmpty()
                    || Stream.of(socketPath, sharedDir, tag, requestQueues, lanes, io)
                            .anyMatch(Objects::nonNull);
        }
    }

    /** The settings that the options mean; a problem is placed at its option. */
    static Settings settings(Options options) {
        return new ShortForm().read(options);
    }

    private Settings read(Options given) {
        put(server, "lanes", "--lanes", number(given.lanes()));
        put(server, "io", "--io", given.io());
        given.ofServer().forEach((key, value) -> put(server, key, "--" + key, value));
        put(device, "tag", "--tag", given.tag() == null ? TAG : given.tag());
        put(transport, "type", "--socket-path", "vhost-user");
        put(transport, "socket", "--socket-path", absolute(given.socketPath()));
        put(transport, "request-queues", "--request-queues", number(given.requestQueues()));
        put(backend, "type", "--shared-dir", "uring");
        put(backend, "root", "--shared-dir", absolute(given.sharedDir()));
        device.put("transport", section(transport));
        device.put("backend", BACKEND);
        var root = Map.<String, Object>of(
                "server", section(server),
                "device", List.of(section(device)),
                "backend", section(Map.of(BACKEND, section(backend))));
        return new Settings(section(root), problems, this::place, problem -> true);
    }

    private void put(Map<String, Object> table, String key, String option, Object value) {
        if (value != null) {
            table.put(key, value);
            options.add(option);
            lines.put(key, options.size());
        }
    }

    private static Long number(Integer number) {
        return number == null ? null : Long.valueOf(number);
    }

    private static String absolute(Path path) {
        return path.toAbsolutePath().toString();
    }

    private Section section(Map<String, Object> values) {
        return new Section("", values, key -> lines.getOrDefault(key, 0), problems);
    }

    private String place(int line) {
        return line == 0 ? "" : options.get(line - 1) + ": ";
    }
}
