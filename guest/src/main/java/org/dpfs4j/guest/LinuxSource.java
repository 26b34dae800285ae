package org.dpfs4j.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The source of Linux, from Debian: 90,000 files in 6,000 directories, 1.5 GB. */
public final class LinuxSource {
    private static final String SUITE = "trixie";
    private static final String PACKAGE = "linux-source-6.12";
    private static final String NAME = PACKAGE + ".tar.xz";
    private static final Duration ANY_AGE = Duration.ofDays(3650);

    private LinuxSource() {}

    /** The archive, packed by xz; fetched once. */
    public static Path archive(GuestCache cache) throws GuestUnavailable {
        return cache.exclusively(() -> {
            var known = cache.recall(PACKAGE, ANY_AGE);
            if (known.isPresent()) {
                return known.get().resolve(NAME);
            }
            var suite = new DebianSuite(SUITE, AptSource.ofThisMachine(), cache);
            suite.refresh();
            var found = cache.entry(PACKAGE, directory -> fill(suite, directory));
            cache.remember(PACKAGE, PACKAGE);
            return found.resolve(NAME);
        });
    }

    private static void fill(DebianSuite suite, Path directory) throws IOException, GuestUnavailable {
        Path unpacked = Files.createDirectories(directory.resolve("unpacked"));
        suite.unpack(List.of(PACKAGE), unpacked);
        Files.move(unpacked.resolve("usr/src").resolve(NAME), directory.resolve(NAME));
        GuestCache.delete(unpacked);
    }
}
