package org.dpfs4j.itest;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.dpfs4j.guest.GuestListener;
import org.dpfs4j.guest.KernelSource;
import org.dpfs4j.guest.Workload;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The workloads on another server, where this machine has one: a step that fails here too is the workload's fault, not
 * ours.
 */
class PeerIT {
    private static final Path VIRTIOFSD = Path.of("/usr/lib/qemu/virtiofsd");

    /** It answers READDIRPLUS with ENOENT when an entry vanishes meanwhile, which ends the guest's listing early. */
    private static final String KNOWN_GAP = "names that stay are listed during change";

    @TempDir
    Path home;

    @Test
    void workloadsPassOnAnotherServer() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(VIRTIOFSD), "this machine has no " + VIRTIOFSD);
        var options = Guests.options(KernelSource.DEBIAN_12, Workload.all())
                .withVariables(Map.of("SUPPLEMENTARY_GROUPS", "0"));
        SharedTree tree = SharedTree.fill(home.resolve("share"));
        try (var server = ShareServer.peer(VIRTIOFSD, home, tree.root());
                var guest = Guests.boot(options, server.socket(), GuestListener.NONE)) {
            Guests.passes("peer: " + options.describe(), guest, failure -> failure.startsWith(KNOWN_GAP));
            tree.verify();
        }
    }
}
