package org.dpfs4j.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The Debian mirror this machine already uses, and the keys it trusts for it; taken from apt's own source files.
 *
 * @param mirror the address of the archive, as apt knows it
 * @param keyring the file of trusted keys, if the source names one
 */
record AptSource(String mirror, Optional<Path> keyring) {
    private static final Path APT = Path.of("/etc/apt");
    private static final Path ALL_KEYS = Path.of("/usr/share/keyrings/debian-archive-keyring.gpg");

    /** Reads the sources of this machine. */
    static AptSource ofThisMachine() throws GuestUnavailable {
        if (!Command.exists("apt-get") || !Command.exists("dpkg-deb")) {
            throw new GuestUnavailable("guest kernels come from Debian packages, and this machine has no apt");
        }
        try {
            return find(APT, codename(Path.of("/etc/os-release")))
                    .orElseThrow(() -> new GuestUnavailable("apt's sources on this machine name no Debian mirror"));
        } catch (IOException e) {
            throw new GuestUnavailable("apt's sources cannot be read: " + e.getMessage(), e);
        }
    }

    /** The first source below {@code apt} that offers the whole suite {@code codename}. */
    static Optional<AptSource> find(Path apt, String codename) throws IOException {
        for (Path file : sourceFiles(apt)) {
            List<String> lines = Files.readAllLines(file);
            List<Map<String, String>> entries =
                    file.toString().endsWith(".sources") ? stanzas(lines) : oneLiners(lines);
            for (var entry : entries) {
                if (List.of(entry.getOrDefault("suites", "").split("\\s+", -1)).contains(codename)
                        && List.of(entry.getOrDefault("components", "").split("\\s+", -1))
                                .contains("main")) {
                    return Optional.of(new AptSource(
                            entry.get("uris").split("\\s+", -1)[0], keyring(entry.getOrDefault("signed-by", ""))));
                }
            }
        }
        return Optional.empty();
    }

    /** One line for a source list that offers {@code suite} from this mirror. */
    String line(String suite) {
        String options = keyring.map(file -> "[signed-by=" + file + "] ").orElse("");
        return "deb " + options + mirror + " " + suite + " main\n";
    }

    private static String codename(Path osRelease) throws IOException, GuestUnavailable {
        return Files.readAllLines(osRelease).stream()
                .filter(line -> line.startsWith("VERSION_CODENAME="))
                .map(line -> line.substring(line.indexOf('=') + 1).replace("\"", ""))
                .findFirst()
                .orElseThrow(() -> new GuestUnavailable("this machine does not name its Debian release"));
    }

    private static List<Path> sourceFiles(Path apt) throws IOException {
        var files = new ArrayList<Path>();
        if (Files.isRegularFile(apt.resolve("sources.list"))) {
            files.add(apt.resolve("sources.list"));
        }
        if (Files.isDirectory(apt.resolve("sources.list.d"))) {
            try (Stream<Path> parts = Files.list(apt.resolve("sources.list.d"))) {
                parts.filter(part -> part.toString().endsWith(".list")
                                || part.toString().endsWith(".sources"))
                        .sorted()
                        .forEach(files::add);
            }
        }
        return files;
    }

    /** The paragraphs of a {@code .sources} file (deb822), field names in lower case. */
    private static List<Map<String, String>> stanzas(List<String> lines) {
        var all = new ArrayList<Map<String, String>>();
        var stanza = new HashMap<String, String>();
        for (String line : lines) {
            int colon = line.indexOf(':');
            if (line.isBlank()) {
                all.add(Map.copyOf(stanza));
                stanza.clear();
            } else if (!line.startsWith("#") && !Character.isWhitespace(line.charAt(0)) && colon > 0) {
                stanza.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        }
        all.add(Map.copyOf(stanza));
        all.removeIf(entry -> !entry.containsKey("uris")
                || !List.of(entry.getOrDefault("types", "").split("\\s+", -1)).contains("deb")
                || entry.getOrDefault("enabled", "yes").equals("no"));
        return all;
    }

    /** The lines of a {@code .list} file: {@code deb [options] address suite components}. */
    private static List<Map<String, String>> oneLiners(List<String> lines) {
        var all = new ArrayList<Map<String, String>>();
        for (String line : lines) {
            String rest = line.strip();
            if (!rest.startsWith("deb ") && !rest.startsWith("deb\t")) {
                continue;
            }
            rest = rest.substring(3).strip();
            String options = "";
            if (rest.startsWith("[") && rest.contains("]")) {
                options = rest.substring(1, rest.indexOf(']'));
                rest = rest.substring(rest.indexOf(']') + 1).strip();
            }
            String[] words = rest.split("\\s+", 3);
            if (words.length == 3) {
                var entry = new HashMap<String, String>();
                entry.put("uris", words[0]);
                entry.put("suites", words[1]);
                entry.put("components", words[2]);
                for (String option : options.strip().split("\\s+", -1)) {
                    if (option.startsWith("signed-by=")) {
                        entry.put("signed-by", option.substring("signed-by=".length()));
                    }
                }
                all.add(entry);
            }
        }
        return all;
    }

    /** Debian's keyring of all releases when it is there: another suite is signed by another key. */
    private static Optional<Path> keyring(String named) {
        if (Files.isReadable(ALL_KEYS)) {
            return Optional.of(ALL_KEYS);
        }
        return named.startsWith("/") ? Optional.of(Path.of(named)) : Optional.empty();
    }
}
