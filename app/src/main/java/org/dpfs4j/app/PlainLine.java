package org.dpfs4j.app;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/**
 * The command lines of {@code serve} that nearly everybody writes, read without the parser: making its model of all options
 * takes a fifth of a start (docs/decisions/014-startup.md). Whatever is not plain, every mistake among it, is left to the
 * parser, so that there is one place that explains.
 */
final class PlainLine {
    private static final String CONFIG = "--config";

    private final List<String> words;
    private final ShortForm form = new ShortForm();
    private final EnumSet<DirectoryOption> seen = EnumSet.noneOf(DirectoryOption.class);
    private Path config;
    private int next;

    private PlainLine(List<String> words) {
        this.words = words;
    }

    /**
     * What a line asks for.
     *
     * @param words those after the command
     * @return empty when the parser must read it
     */
    static Optional<Serving> read(List<String> words) {
        var line = new PlainLine(words);
        while (line.next < words.size()) {
            if (!line.readOption()) {
                return Optional.empty();
            }
        }
        return Serving.of(line.form, line.config);
    }

    private boolean readOption() {
        var word = words.get(next++);
        var equals = word.indexOf('=');
        var name = equals < 0 ? word : word.substring(0, equals);
        var option = DirectoryOption.named(name);
        if (option.isPresent() && option.get().isFlag()) {
            return equals < 0 && put(option.get(), true);
        }
        var value = equals < 0 ? following() : word.substring(equals + 1);
        if (value == null) {
            return false;
        }
        return option.map(known -> put(known, known.plain(value))).orElseGet(() -> putConfig(name, value));
    }

    private boolean put(DirectoryOption option, Object parsed) {
        if (parsed == null || !seen.add(option)) {
            return false;
        }
        form.put(option, parsed);
        return true;
    }

    private boolean putConfig(String name, String value) {
        if (!name.equals(CONFIG) || value.isEmpty() || config != null) {
            return false;
        }
        config = Path.of(value);
        return true;
    }

    /** The word after an option, unless it may be an option itself. */
    private String following() {
        return next < words.size() && !words.get(next).startsWith("-") ? words.get(next++) : null;
    }
}
