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

/** {@code demo}: serves a directory to a real guest, or to a client in this process, and shows what happens. */
@Command(
        name = "demo",
        description =
                "Serves a directory over vhost-user, boots a Linux guest that mounts it and works on it, and compares "
                        + "what the guest wrote with what the host finds. Where no virtual machine can be had, a client "
                        + "in this process takes the guest's place.",
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

    @Option(
            names = "--no-vm",
            description = "Look for no virtual machine: the client in this process works on the directory.")
    private boolean noVirtualMachine;

    private PrintWriter out;

    /**
     * What was done in the directory.
     *
     * @param who did it, for people
     * @param written SHA-256 of what it wrote, by path
     */
    private record Visit(String who, Map<String, String> written) {}

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
        var form = new ShortForm();
        form.put(DirectoryOption.SOCKET_PATH, socket.toString());
        form.put(DirectoryOption.SHARED_DIR, folder.root().toString());
        form.put(DirectoryOption.TAG, TAG);
        var assembly = Assembly.of(form.settings(), Providers.found());
        Visit visit;
        try (var server = Server.start(assembly)) {
            visit = visit(folder, socket);
            server.drain(DRAIN_LIMIT);
        }
        return report(folder, visit);
    }

    /** Lets the first guest that can be had work on the share, or else a client in this process. */
    private Visit visit(DemoFolder folder, Path socket) throws Failure, IOException {
        if (noVirtualMachine) {
            return visitWithoutGuest("No virtual machine is wanted (--no-vm)", folder, socket);
        }
        var reasons = new ArrayList<String>();
        for (var source : GUESTS) {
            try {
                stage("Looking for " + name(source) + "; the first time, it comes from the Debian mirror");
                var guest = DemoGuest.of(source);
                stage("Booting " + guest.describe() + ", which mounts the tag \"" + TAG + "\"");
                var written = guest.run(socket, TAG, out);
                stage("The guest is gone");
                return new Visit("guest", written);
            } catch (GuestUnavailable e) {
                stage("Not here: " + e.getMessage());
                reasons.add(name(source) + ": " + e.getMessage());
            }
        }
        return visitWithoutGuest(
                "No virtual machine can be had here (" + String.join("; ", reasons) + ")", folder, socket);
    }

    private Visit visitWithoutGuest(String why, DemoFolder folder, Path socket) throws Failure, IOException {
        stage(why + "; an embedded client works on the directory instead");
        // What it makes belongs to the directory's owner: a server without privileges can make nothing for others.
        var uid = (int) Files.getAttribute(folder.root(), "unix:uid");
        var gid = (int) Files.getAttribute(folder.root(), "unix:gid");
        var written = DemoClient.run(socket, uid, gid, out);
        stage("The client is gone");
        return new Visit("embedded client", written);
    }

    private static String name(KernelSource source) {
        return source.userMode() ? "User-mode Linux" : "a Linux kernel for QEMU";
    }

    private int report(DemoFolder folder, Visit visit) throws IOException {
        stage("On the host, in " + folder.root().resolve(DemoFolder.FROM_GUEST) + ":");
        var findings = folder.compare(visit.written());
        for (var finding : findings) {
            out.printf("         %-9s sha256 %-16.16s  %s%n", verdict(finding), finding.found(), finding.path());
        }
        var same = !findings.isEmpty() && findings.stream().allMatch(DemoFolder.Finding::same) && folder.copyIsSame();
        stage(
                same
                        ? "Done: all " + findings.size() + " files are, byte for byte, what the " + visit.who()
                                + " wrote."
                        : "FAILED: the host does not have what the " + visit.who() + " wrote.");
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
