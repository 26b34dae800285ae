package org.dpfs4j.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The programs of a guest, each with the libraries it needs, from packages of one Debian suite; independent of the
 * host's own.
 */
public final class Toolbox {
    private static final Logger LOG = LoggerFactory.getLogger(Toolbox.class);
    private static final String SUITE = "trixie";
    private static final Duration FRESH = Duration.ofDays(90);
    private static final Duration ANY_AGE = Duration.ofDays(3650);
    private static final String LOADER = "/lib64/ld-linux-x86-64.so.2";
    private static final String LIBRARIES = "/lib/x86_64-linux-gnu/";
    private static final Pattern RESOLVED = Pattern.compile("=> (/\\S+)");
    /** Scripting languages, package tools and drivers of graphics that packages depend on and no workload uses. */
    private static final Pattern UNUSED =
            Pattern.compile("(lib)?python3.*|(lib)?perl.*|git-man|dpkg|tar|debconf|.*-common|"
                    + "gcc-.*-base|openssl.*|media-types|base-files|mawk|mesa-.*|libllvm.*|libz3.*");

    private final GuestCache cache;

    public Toolbox(GuestCache cache) {
        this.cache = cache;
    }

    /** A directory that holds, at the paths of the guest, busybox and these tools. */
    Path root(Set<Tool> tools) throws GuestUnavailable {
        String name = "tools"
                + new TreeSet<>(tools)
                        .stream().map(tool -> "-" + tool.packageName()).collect(Collectors.joining());
        return cache.exclusively(() -> {
            Optional<Path> recent = cache.recall(name, FRESH);
            if (recent.isPresent()) {
                return recent.get();
            }
            try {
                return acquire(name, tools);
            } catch (GuestUnavailable e) {
                Path old = cache.recall(name, ANY_AGE).orElseThrow(() -> e);
                LOG.warn("using the guest programs of an earlier run: {}", e.getMessage());
                return old;
            }
        });
    }

    private Path acquire(String name, Set<Tool> tools) throws IOException, GuestUnavailable {
        var suite = new DebianSuite(SUITE, AptSource.ofThisMachine(), cache);
        suite.refresh();
        var packages = new ArrayList<String>();
        packages.add("busybox-static");
        tools.forEach(tool -> packages.add(tool.packageName()));
        String version = suite.version(packages.getLast()).orElse("none").replaceAll("[^A-Za-z0-9.~+-]", "_");
        String entry = name + "_" + version;
        Path found = cache.entry(entry, directory -> fill(suite, packages, tools, directory));
        cache.remember(name, entry);
        return found;
    }

    private static void fill(DebianSuite suite, List<String> packages, Set<Tool> tools, Path directory)
            throws IOException, GuestUnavailable {
        Path unpacked = Files.createDirectories(directory.resolve("unpacked"));
        List<String> needed = suite.installSet(packages).stream()
                .filter(UNUSED.asMatchPredicate().negate())
                .toList();
        suite.unpack(needed, unpacked);
        keep(unpacked.resolve("usr/bin/busybox"), directory, "/bin/busybox");
        for (Tool tool : tools) {
            keepWithLibraries(unpacked, tool.program(), directory);
            for (String file : tool.data()) {
                keep(unpacked.resolve(file.substring(1)), directory, file);
            }
            for (String link : tool.links()) {
                Files.createSymbolicLink(directory.resolve(link.substring(1)), Path.of(tool.program()));
            }
        }
        GuestCache.delete(unpacked);
        LOG.info("guest programs are in the cache: {}", packages);
    }

    /** Asks the packages' own loader which libraries a program needs. */
    private static void keepWithLibraries(Path unpacked, String program, Path directory) throws IOException {
        Path libraries = unpacked.resolve("usr/lib/x86_64-linux-gnu");
        Path loader = libraries.resolve("ld-linux-x86-64.so.2");
        Path binary = unpacked.resolve(program.substring(1));
        try (Stream<Path> inside = Files.walk(libraries)) {
            String path = inside.filter(Files::isDirectory).map(Path::toString).collect(Collectors.joining(":"));
            String listing = Command.of(loader.toString(), "--library-path", path, "--list", binary.toString())
                    .output();
            if (listing.contains("not found")) {
                throw new IOException(program + " misses a library: "
                        + listing.lines()
                                .filter(line -> line.contains("not found"))
                                .findFirst()
                                .orElse(""));
            }
            List<Path> needed =
                    RESOLVED.matcher(listing).results().map(Toolbox::path).toList();
            for (Path library : needed) {
                if (library.startsWith(unpacked)) {
                    keep(library, directory, LIBRARIES + library.getFileName());
                }
            }
        }
        keep(libraries.resolve("libgcc_s.so.1"), directory, LIBRARIES + "libgcc_s.so.1");
        keep(loader, directory, LOADER);
        keep(binary, directory, program);
    }

    private static Path path(MatchResult resolved) {
        return Path.of(resolved.group(1));
    }

    private static void keep(Path file, Path directory, String guestPath) throws IOException {
        Path target = directory.resolve(guestPath.substring(1));
        Files.createDirectories(target.getParent());
        if (Files.exists(file)) {
            Files.copy(file.toRealPath(), target, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
