package org.dpfs4j.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import org.dpfs4j.app.sandbox.Preparation;
import org.dpfs4j.app.sandbox.Sandbox;
import org.dpfs4j.client.DriverRing;
import org.dpfs4j.client.FuseClient;
import org.dpfs4j.client.VhostUserFrontEnd;
import org.dpfs4j.client.VhostUserFrontEnd.Manner;
import org.dpfs4j.client.VhostUserFrontEnd.Shape;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.Protocol;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code rehearse}: does in one process, on a folder of its own, what starting and serving does, for Java to note what that
 * loads and calls; docs/decisions/014-startup.md says how the launcher uses it.
 */
@Command(
        name = "rehearse",
        hidden = true,
        description = "Serves a temporary folder to a client of its own and ends: "
                + "java -XX:AOTCacheOutput=FILE -jar dpfs4j.jar rehearse makes a FILE for java -XX:AOTCache=FILE.")
final class RehearseCommand implements Callable<Integer> {
    private static final Shape SHAPE =
            new Shape(Manner.QEMU, 2, 128, DriverRing.VERSION_1 | DriverRing.INDIRECT_DESC | DriverRing.EVENT_IDX);

    private static final int TRANSFER_BYTES = 128 << 10;

    @Option(names = "--first", description = "Only as far as the Java that isolates the server goes.")
    private boolean first;

    private final PrintWriter nowhere = new PrintWriter(Writer.nullWriter());

    @Override
    public Integer call() throws Failure, IOException {
        var folder = Files.createTempDirectory("dpfs4j-rehearsal");
        try {
            rehearse(folder);
        } finally {
            try (var files = Files.walk(folder)) {
                for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        return 0;
    }

    private void rehearse(Path folder) throws Failure, IOException {
        var share = Files.createDirectory(folder.resolve("share"));
        var socket = folder.resolve("socket");
        var serving = PlainLine.read(List.of("--socket-path=" + socket, "--shared-dir", share.toString()))
                .orElseThrow();
        var assembly = Assembly.of(serving.settings(), Providers.found());
        assembly.logging().apply();
        Preparation.begin();
        new Sandbox(assembly.isolation(), assembly.needs()).rehearse();
        if (!first) {
            // Classes of exceptions are remembered when one was thrown.
            readCommandLine("serve", "--lanes=two", "--bogus");
            readCommandLine("serve", "--print-config", "--socket-path=" + socket, "--shared-dir=" + share);
            serve(folder, serving);
        }
    }

    private void serve(Path folder, Serving serving) throws Failure, IOException {
        var file =
                Files.writeString(folder.resolve("dpfs4j.toml"), serving.given().toml());
        var assembly = Assembly.of(SettingsFile.read(file), Providers.found());
        Foreground.serve(assembly, () -> {
            var share = folder.resolve("share");
            try (var device = VhostUserFrontEnd.started(folder.resolve("socket"), SHAPE)) {
                var client = FuseClient.mount(device, device.queue(1));
                client.actAs(owner(share, "uid"), owner(share, "gid"));
                work(client);
                client.destroy();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            Signals.raise("TERM");
        });
    }

    /** Everything once: what is called often here would be compiled at each start. */
    private static void work(FuseClient client) throws IOException {
        var folder = client.mkdir(Protocol.ROOT_ID, "folder", 0755).nodeId();
        var file = client.create(folder, "file", 0644);
        client.write(file.opened(), 0, new byte[TRANSFER_BYTES]);
        client.fsync(file.opened());
        client.read(file.opened(), 0, TRANSFER_BYTES);
        client.release(file.opened());
        client.rename(folder, "file", Protocol.ROOT_ID, "renamed");
        var node = client.lookup(Protocol.ROOT_ID, "renamed").nodeId();
        client.chmod(node, 0600);
        client.release(client.open(node, OpenFlags.RDWR));
        client.symlink(folder, "link", "file");
        client.readlink(client.lookup(folder, "link").nodeId());
        for (var each : client.list(folder)) {
            client.forget(each.entry().nodeId(), 1);
        }
        client.unlink(folder, "link");
        client.rmdir(Protocol.ROOT_ID, "folder");
    }

    private void readCommandLine(String... words) {
        Main.commandLine().setOut(nowhere).setErr(nowhere).execute(words);
    }

    private static int owner(Path path, String attribute) throws IOException {
        return (int) Files.getAttribute(path, "unix:" + attribute);
    }
}
