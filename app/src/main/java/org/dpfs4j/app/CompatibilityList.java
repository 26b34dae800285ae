package org.dpfs4j.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The {@code -o} list of virtiofsd's early days, which libvirt and others still write: words that each stand for an option,
 * separated by commas; a backslash takes a comma's meaning away.
 */
final class CompatibilityList {
    /** A word with a value: {@code source=/srv}. */
    private static final Map<String, DirectoryOption> VALUES = Map.of(
            "source", DirectoryOption.SHARED_DIR,
            "sandbox", DirectoryOption.SANDBOX,
            "modcaps", DirectoryOption.MODCAPS,
            "xattrmap", DirectoryOption.XATTRMAP,
            "posix_acl", DirectoryOption.POSIX_ACL,
            "security_label", DirectoryOption.SECURITY_LABEL);

    /** A word that is a switch, with its {@code no_} form: which key, and what "on" means. */
    private static final Map<String, DirectoryOption> SWITCHES = Map.of(
            "xattr", DirectoryOption.XATTR,
            "readdirplus", DirectoryOption.NO_READDIRPLUS,
            "writeback", DirectoryOption.WRITEBACK,
            "allow_direct_io", DirectoryOption.ALLOW_DIRECT_IO,
            "killpriv_v2", DirectoryOption.KILLPRIV_V2,
            "announce_submounts", DirectoryOption.ANNOUNCE_SUBMOUNTS,
            "posix_lock", DirectoryOption.POSIX_LOCKS,
            "flock", DirectoryOption.FLOCK);

    /** A switch whose key is a text. */
    private static final Map<String, DirectoryOption> WHEN =
            Map.of("posix_acl", DirectoryOption.POSIX_ACL, "security_label", DirectoryOption.SECURITY_LABEL);

    private CompatibilityList() {}

    /**
     * Takes every word of a list.
     *
     * @return the first one that means nothing, if there is one
     */
    static Optional<String> read(String list, ShortForm into) {
        for (var word : words(list)) {
            if (!read(word.strip(), into, "-o " + word.strip())) {
                return Optional.of(word);
            }
        }
        return Optional.empty();
    }

    private static List<String> words(String list) {
        var words = new ArrayList<String>();
        var word = new StringBuilder();
        for (int i = 0; i < list.length(); i++) {
            var c = list.charAt(i);
            if (c == '\\' && i + 1 < list.length()) {
                word.append(list.charAt(++i));
            } else if (c == ',') {
                words.add(word.toString());
                word.setLength(0);
            } else {
                word.append(c);
            }
        }
        words.add(word.toString());
        words.removeIf(String::isBlank);
        return words;
    }

    private static boolean read(String word, ShortForm into, String name) {
        var equals = word.indexOf('=');
        return equals < 0
                ? readSwitch(word, into, name)
                : readValue(word.substring(0, equals), word.substring(equals + 1), into, name);
    }

    private static boolean readSwitch(String word, ShortForm into, String name) {
        var on = !word.startsWith("no_");
        var bare = on ? word : word.substring("no_".length());
        if (WHEN.containsKey(bare)) {
            into.put(WHEN.get(bare), on ? "always" : "never", name);
            return true;
        }
        if (!SWITCHES.containsKey(bare)) {
            return false;
        }
        into.put(SWITCHES.get(bare), on, name);
        return true;
    }

    private static boolean readValue(String key, String value, ShortForm into, String name) {
        switch (key) {
            case "cache" -> into.put(DirectoryOption.CACHE, "none".equals(value) ? "never" : value, name);
            case "loglevel" -> into.put(DirectoryOption.LOG_LEVEL, "err".equals(value) ? "error" : value, name);
            case "timeout" -> {
                // Seconds, perhaps with a fraction, as the daemon of QEMU 7 took them.
                var time = milliseconds(value);
                into.put(DirectoryOption.ATTR_TIMEOUT, time, name);
                into.put(DirectoryOption.ENTRY_TIMEOUT, time, name);
            }
            default -> {
                var option = VALUES.get(key);
                if (option == null) {
                    return false;
                }
                into.put(option, option.value(value), name);
            }
        }
        return true;
    }

    private static String milliseconds(String seconds) {
        try {
            return Math.round(Double.parseDouble(seconds) * 1000) + "ms";
        } catch (NumberFormatException e) {
            return seconds; // whoever reads the key says what is wrong with it
        }
    }
}
