package org.dpfs4j.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.dpfs4j.guest.KernelSource;
import org.dpfs4j.guest.QemuGuest;
import org.dpfs4j.guest.Workload;
import org.dpfs4j.tck.posix.Agent;
import org.dpfs4j.tck.posix.AgentProgram;
import org.dpfs4j.tck.posix.Place;

/** A guest in which the agent of the POSIX kit works on our share, at the second serial line; and its host's side. */
final class PosixGuest implements Closeable {
    private static final Workload AGENT = Workload.of("posix", """
            chmod 755 "$MNT"
            stty -F /dev/ttyS1 raw -echo
            echo "@@HOST agent"
            /posix-agent </dev/ttyS1 >/dev/ttyS1
            """);

    private final ShareServer server;
    private final QemuGuest guest;
    private final SocketChannel line;
    private final Place place;
    private final Place reference;
    private final String name;

    private PosixGuest(
            ShareServer server, QemuGuest guest, SocketChannel line, Place place, Place reference, String name) {
        this.server = server;
        this.guest = guest;
        this.line = line;
        this.place = place;
        this.reference = reference;
        this.name = name;
    }

    /** Boots one on a folder; a machine that cannot do so skips the test. */
    static PosixGuest boot(Path home, KernelSource kernel) throws IOException, InterruptedException {
        Path program = AgentProgram.compiled(home);
        Path beside = open(home.resolve("reference"));
        var options = Guests.options(kernel, List.of(AGENT)).withPrograms(Map.of("/posix-agent", program));
        ShareServer server = ShareServer.ours(
                home, open(home.resolve("share")), Guests.TAG, "--xattr", "--posix-acl=always", "--modcaps=+sys_admin");
        QemuGuest guest = null;
        try {
            var requests = new Requests("agent");
            guest = Guests.boot(options, server.socket(), requests);
            var line = connected(guest);
            requests.await(guest);
            var agent = new Agent(Channels.newInputStream(line), Channels.newOutputStream(line), () -> {});
            var reference = new Place(Agent.local(program), beside.toString());
            var name = "POSIX kit: " + options.describe();
            return new PosixGuest(server, guest, line, new Place(agent, "/mnt"), reference, name);
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            if (guest != null) {
                guest.close();
            }
            server.close();
            throw e;
        }
    }

    /** Connects to the guest's second line: its VMM makes the socket a moment after it has begun, and listens after that. */
    static SocketChannel connected(QemuGuest guest) throws IOException, InterruptedException {
        while (true) {
            try {
                return SocketChannel.open(UnixDomainSocketAddress.of(guest.line()));
            } catch (SocketException e) {
                if (!guest.isRunning()) {
                    throw e;
                }
                Thread.sleep(10);
            }
        }
    }

    private static Path open(Path folder) throws IOException {
        Files.createDirectories(folder);
        return Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    Place place() {
        return place;
    }

    Place reference() {
        return reference;
    }

    /** Ends the guest in good order: its kernel must have had no complaint. */
    void end() throws IOException, InterruptedException {
        place.agent().bye();
        Guests.passes(name, guest);
        assertThat(server.stop()).as("status after SIGTERM").isZero();
    }

    @Override
    public void close() throws IOException {
        line.close();
        guest.close();
        server.close();
    }
}
