package org.dpfs4j.itest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** The root file system of a smallest Debian, for images: made once of the packages of this machine's mirror, kept beside the guests' kernels. */
final class BaseImage {
    private static final Path CACHED = Guests.CACHE.root().resolve("base-bookworm.tar");
    private static final int MINUTES = 10;

    private BaseImage() {}

    /** It, packed by tar; the test is aborted where it cannot be made. */
    static Path packed() throws IOException, InterruptedException {
        if (!Files.exists(CACHED)) {
            make();
        }
        return CACHED;
    }

    private static void make() throws IOException, InterruptedException {
        Assumptions.assumeTrue(
                Files.isExecutable(Path.of("/usr/sbin/debootstrap")), "no base image: needs package debootstrap");
        Path tree = Files.createTempDirectory("dpfs4j-base");
        Path partial = CACHED.resolveSibling(CACHED.getFileName() + ".partial");
        Files.createDirectories(CACHED.getParent());
        String script = """
                mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | head -n 1)
                debootstrap --variant=minbase bookworm "$0/root" "$mirror" && tar -C "$0/root" -cf "$1" . && rm -rf "$0"
                """;
        Path log = partial.resolveSibling("base-bookworm.log");
        var process = new ProcessBuilder("sh", "-c", script, tree.toString(), partial.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!process.waitFor(MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
            process.destroyForcibly();
            Assumptions.abort("no base image, and it cannot be made: "
                    + Files.readAllLines(log).getLast());
        }
        Files.move(partial, CACHED, StandardCopyOption.ATOMIC_MOVE);
    }
}
