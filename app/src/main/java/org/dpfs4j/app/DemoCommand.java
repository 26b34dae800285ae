package org.dpfs4j.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.dpfs4j.guest.GuestUnavailable;
import org.dpfs4j.guest.KernelSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code demo}: serves a directory to a real guest and shows what happens. */
@Command(
        name = "demo",
        description =
                "Serves a directory over vhost-user, boots a Linux guest that mounts it and works on it, and compares "
                        + "what the guest wrote with what the host finds.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class)
final class DemoCommand implements Callable<Integer> {
    private static final String TAG = "demo";
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(5);

    /** A virtual machine; where none can be had, a guest that is an ordinary process. */
    private static final List<KernelSource> GUESTS = List.of(KernelSource.DEBIAN_13, KernelSource.USER_MODE);

    private final long startNanos = System.nanoTime();

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--directory",
            paramLabel = "DIRECTORY",
            description =
                    "What to share: an empty directory. Default: a new one in the temporary folder, which is kept.")
    private Path directory;

    private PrintWriter out;

    @Override
    public Integer call() throws Failure, IOException {
        out = spec.commandLine().getOut();
        var sockets = Files.createTempDirectory("dpfs4j-socket");
        try {
            return show(DemoFolder.filled(folder()), sockets.resolve("demo.sock"));
        } finally {
            Files.deleteIfExists(sockets.resolve("demo.sock"));
            Files.deleteIfExists(sockets);
        }
    }

    private Path folder() throws IOException, Failure {
        if (directory == null) {
            return Files.createTempDirectory("dpfs4j-demo");
        }
        Files.createDirectories(directory);
        try (var entries = Files.list(directory)) {
            if (entries.findAny().isPresent()) {
                throw Failure.wrong(List.of("--directory: " + directory + " is not empty"), null);
            }
        }
        return directory;
    }

    private int show(DemoFolder folder, Path socket) throws Failure, IOException {
        stage("The host has files in " + folder.root());
        var options = new ShortForm.Options(socket, folder.root(), TAG, null, null, null);
        var assembly = Assembly.of(ShortForm.settings(options), Providers.found());
        Map<String, String> written;
        try (var server = Server.start(assembly)) {
            written = visit(socket);
            server.drain(DRAIN_LIMIT);
        }
        return report(folder, written);
    }

    /** Lets the first guest that can be had work on the share. */
    private Map<String, String> visit(Path socket) throws Failure {
        var reasons = new ArrayList<String>();
        for (var source : GUESTS) {
            try {
                stage("Looking for " + name(source) + "; the first time, it comes from the Debian mirror");
                var guest = DemoGuest.of(source);
                stage("Booting " + guest.describe() + ", which mounts the tag \"" + TAG + "\"");
                var written = guest.run(socket, TAG, out);
                stage("The guest is gone");
                return written;
            } catch (GuestUnavailable e) {
                stage("Not here: " + e.getMessage());
                reasons.add(name(source) + ": " + e.getMessage());
            }
        }
        reasons.add("no guest can run on this machine, so there is nothing to show");
        throw Failure.cannot(reasons, null);
    }

    private static String name(KernelSource source) {
        return source.userMode() ? "User-mode Linux" : "a Linux kernel for QEMU";
    }

    private int report(DemoFolder folder, Map<String, String> written) throws IOException {
        stage("On the host, in " + folder.root().resolve(DemoFolder.FROM_GUEST) + ":");
        var findings = folder.compare(written);
        for (var finding : findings) {
            out.printf("         %-9s sha256 %-16.16s  %s%n", verdict(finding), finding.found(), finding.path());
        }
        var same = !findings.isEmpty() && findings.stream().allMatch(DemoFolder.Finding::same) && folder.copyIsSame();
        stage(
                same
                        ? "Done: all " + findings.size() + " files are, byte for byte, what the guest wrote."
                        : "FAILED: the host does not have what the guest wrote.");
        return same ? 0 : Main.FAILED;
    }

    private static String verdict(DemoFolder.Finding finding) {
        if (finding.same()) {
            return "same";
        }
        return finding.found().isEmpty() ? "MISSING" : "DIFFERENT";
    }

    private void stage(String what) {
        out.printf(
                "[%4d s] %s%n", Duration.ofNanos(System.nanoTime() - startNanos).toSeconds(), what);
        out.flush();
    }
}
