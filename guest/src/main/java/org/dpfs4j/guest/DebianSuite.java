package org.dpfs4j.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One suite of the Debian archive, read through apt with a configuration of its own: nothing is installed, the
 * machine's package
 * lists and status are not touched, and suites other than the machine's own can be read.
 */
final class DebianSuite {
    private static final Logger LOG = LoggerFactory.getLogger(DebianSuite.class);
    private static final Duration LISTS_AGE = Duration.ofHours(12);
    private static final Pattern CANDIDATE = Pattern.compile("(?m)^\\s*Candidate: (\\S+)$");
    private static final Pattern INSTALL = Pattern.compile("(?m)^Inst (\\S+) ");
    private static final Pattern PACKAGE = Pattern.compile("(?m)^([a-z0-9][a-z0-9.+-]+)(?::amd64)?$");

    private final String name;
    private final AptSource source;
    private final Path home;

    DebianSuite(String name, AptSource source, GuestCache cache) {
        this.name = name;
        this.source = source;
        this.home = cache.root().resolve("apt-" + name);
    }

    String name() {
        return name;
    }

    /** Fetches the suite's package lists unless they are recent. */
    void refresh() throws IOException, GuestUnavailable {
        Path stamp = home.resolve("stamp");
        configure();
        if (Files.exists(stamp)
                && Files.getLastModifiedTime(stamp).toInstant().plus(LISTS_AGE).isAfter(Instant.now())) {
            return;
        }
        LOG.info("reading the package lists of Debian {}", name);
        try {
            apt("apt-get", "update", "-q", "-o", "APT::Update::Error-Mode=any");
        } catch (IOException e) {
            throw new GuestUnavailable(
                    "the package lists of Debian " + name + " cannot be fetched (is there a network?): "
                            + e.getMessage(),
                    e);
        }
        Files.writeString(stamp, "");
    }

    /** The version of a package in this suite. */
    Optional<String> version(String packageName) throws IOException {
        var matcher = CANDIDATE.matcher(apt("apt-cache", "policy", packageName));
        return matcher.find() && !matcher.group(1).equals("(none)") ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    /** The packages that {@code packageName} needs, itself included, whose names match. */
    List<String> needed(String packageName, Pattern names) throws IOException {
        String tree = apt(
                "apt-cache",
                "depends",
                "--recurse",
                "--no-recommends",
                "--no-suggests",
                "--no-conflicts",
                "--no-breaks",
                "--no-replaces",
                "--no-enhances",
                packageName);
        return PACKAGE.matcher(tree)
                .results()
                .map(match -> match.group(1))
                .filter(names.asMatchPredicate())
                .distinct()
                .toList();
    }

    /** What an empty machine would have to install to run these packages. */
    List<String> installSet(List<String> packages) throws IOException {
        var words = new ArrayList<>(List.of("apt-get", "install", "--simulate", "--no-install-recommends"));
        words.addAll(packages);
        return INSTALL.matcher(apt(words.toArray(String[]::new)))
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    /** Downloads packages and unpacks them all into {@code root}. */
    void unpack(List<String> packages, Path root) throws IOException, GuestUnavailable {
        Path debs = Files.createDirectories(root.resolveSibling(root.getFileName() + ".debs"));
        LOG.info("downloading from Debian {}: {}", name, String.join(", ", packages));
        try {
            var words = new ArrayList<>(List.of(
                    "sh",
                    "-c",
                    "cd \"$0\" && exec apt-get download -q -o APT::Sandbox::User=root \"$@\"",
                    debs.toString()));
            words.addAll(packages);
            apt(words.toArray(String[]::new));
            for (Path deb : list(debs)) {
                Command.of("dpkg-deb", "-x", deb.toString(), root.toString()).output();
            }
        } catch (IOException e) {
            throw new GuestUnavailable(
                    "packages of Debian " + name + " cannot be fetched (is there a network?): " + e.getMessage(), e);
        } finally {
            GuestCache.delete(debs);
        }
    }

    private void configure() throws IOException {
        for (String directory :
                List.of("etc/apt.conf.d", "etc/preferences.d", "state/lists/partial", "archives/partial")) {
            Files.createDirectories(home.resolve(directory));
        }
        if (!Files.exists(home.resolve("status"))) {
            Files.createFile(home.resolve("status"));
        }
        Files.writeString(home.resolve("etc/sources.list"), source.line(name));
        Files.writeString(home.resolve("apt.conf"), """
                Dir::Etc "%1$s/etc";
                Dir::Etc::sourcelist "%1$s/etc/sources.list";
                Dir::Etc::sourceparts "/nonexistent";
                Dir::Etc::trustedparts "/etc/apt/trusted.gpg.d";
                Dir::State "%1$s/state";
                Dir::State::status "%1$s/status";
                Dir::Cache "%1$s";
                Dir::Cache::srcpkgcache "";
                Acquire::GzipIndexes "true";
                APT::Architecture "amd64";
                APT::Architectures "amd64";
                APT::Sandbox::User "root";
                Acquire::Languages "none";
                Acquire::Retries "3";
                Acquire::Check-Valid-Until "false";
                """.formatted(home));
    }

    private String apt(String... words) throws IOException {
        return new Command(
                        List.of(words),
                        Map.of("APT_CONFIG", home.resolve("apt.conf").toString(), "LC_ALL", "C"))
                .output();
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }
}
