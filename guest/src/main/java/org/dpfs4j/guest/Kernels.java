package org.dpfs4j.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds guest kernels: in the cache, else in the Debian archive. */
public final class Kernels {
    private static final Logger LOG = LoggerFactory.getLogger(Kernels.class);
    private static final Duration FRESH = Duration.ofDays(7);
    private static final Duration ANY_AGE = Duration.ofDays(3650);
    private static final List<String> WANTED = List.of("virtio_pci", "virtiofs");
    /** From Linux 7 on Debian splits image and modules from the package that names them. */
    private static final Pattern PARTS = Pattern.compile("(linux-(image|binary|modules)-.*|user-mode-linux)");

    private final GuestCache cache;

    public Kernels(GuestCache cache) {
        this.cache = cache;
    }

    /**
     * The newest kernel of a source; one found within the last days is not looked up again.
     *
     * @param more modules that it loads besides those for a share
     */
    public Kernel find(KernelSource source, String... more) throws GuestUnavailable {
        if (!System.getProperty("os.arch").equals("amd64")) {
            throw new GuestUnavailable("guests of this release run on x86-64 machines only");
        }
        return cache.exclusively(() -> {
            var question = question(source, more);
            Optional<Path> recent = cache.recall(question, FRESH);
            if (recent.isPresent()) {
                return read(source, recent.get());
            }
            try {
                return read(source, acquire(source, more));
            } catch (GuestUnavailable e) {
                Optional<Path> old = cache.recall(question, ANY_AGE);
                if (old.isEmpty()) {
                    throw e;
                }
                LOG.warn("using the kernel of an earlier run: {}", e.getMessage());
                return read(source, old.get());
            }
        });
    }

    private Path acquire(KernelSource source, String... more) throws IOException, GuestUnavailable {
        AptSource apt = AptSource.ofThisMachine();
        GuestUnavailable failure = null;
        for (String name : source.suites()) {
            try {
                var suite = new DebianSuite(name, apt, cache);
                suite.refresh();
                Optional<String> version = suite.version(source.packageName());
                if (version.isPresent()) {
                    String entry = "kernel-" + name + "-"
                            + (source.userMode() ? "uml-" : "")
                            + version.get().replaceAll("[^A-Za-z0-9.~+-]", "_")
                            + suffix(more);
                    Path found = cache.entry(entry, directory -> fill(source, suite, directory, more));
                    cache.remember(question(source, more), entry);
                    return found;
                }
            } catch (GuestUnavailable e) {
                failure = e;
            }
        }
        throw failure != null
                ? failure
                : new GuestUnavailable("no package " + source.packageName() + " in Debian " + source.suites());
    }

    /** Keeps of the unpacked packages what a guest needs: image, modules in loading order, release. */
    private void fill(KernelSource source, DebianSuite suite, Path directory, String... more)
            throws IOException, GuestUnavailable {
        Path unpacked = Files.createDirectories(directory.resolve("unpacked"));
        suite.unpack(suite.needed(source.packageName(), PARTS), unpacked);
        Path image = search(unpacked, source.userMode() ? "linux\\.uml" : "vmlinuz.*");
        Path modules = modules(unpacked);
        Files.move(image, directory.resolve("image"));
        Files.setPosixFilePermissions(directory.resolve("image"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(directory.resolve("release"), modules.getFileName().toString());
        Path kept = Files.createDirectories(directory.resolve("modules"));
        var tree = new ModuleTree(modules);
        var wanted = new ArrayList<>(WANTED);
        wanted.addAll(List.of(more));
        for (String name : tree.loadingOrder(wanted)) {
            tree.extract(
                    name, kept.resolve(String.format("%02d-%s.ko", list(kept).size(), name)));
        }
        GuestCache.delete(unpacked);
        LOG.info("guest kernel {} is in the cache", modules.getFileName());
    }

    private static Kernel read(KernelSource source, Path entry) throws IOException {
        return new Kernel(
                source,
                Files.readString(entry.resolve("release")),
                entry.resolve("image"),
                list(entry.resolve("modules")));
    }

    private static String question(KernelSource source, String... more) {
        return "kernel-" + source.name() + suffix(more);
    }

    private static String suffix(String... more) {
        return more.length == 0 ? "" : "-" + String.join("-", more);
    }

    /** The directory {@code .../modules/RELEASE}; where it lies differs between releases and kinds of kernels. */
    private static Path modules(Path unpacked) throws IOException {
        try (Stream<Path> tree = Files.walk(unpacked)) {
            return tree.filter(Files::isDirectory)
                    .filter(directory -> directory.getFileName().toString().equals("kernel"))
                    .map(Path::getParent)
                    .filter(release ->
                            release.getParent().getFileName().toString().equals("modules"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("the kernel package holds no modules"));
        }
    }

    private static Path search(Path tree, String name) throws IOException {
        Pattern pattern = Pattern.compile(name);
        try (Stream<Path> files = Files.walk(tree)) {
            return files.filter(Files::isRegularFile)
                    .filter(file ->
                            pattern.matcher(file.getFileName().toString()).matches())
                    .findFirst()
                    .orElseThrow(() -> new IOException("the kernel package holds no " + name));
        }
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }
}
