package org.dpfs4j.itest;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.dpfs4j.guest.KernelSource;
import org.dpfs4j.guest.Workload;
import org.junit.jupiter.api.Test;

/** Real Linux guests on our server, through vhost-user. */
class GuestIT extends GuestRules {
    static Stream<GuestMatrix> matrix() {
        return (Boolean.getBoolean("dpfs4j.all") ? GuestMatrix.all() : GuestMatrix.pairwise()).stream();
    }

    @Override
    ShareServer serve(Path share, int requestQueues) throws IOException, InterruptedException {
        return ShareServer.ours(home, share, Guests.TAG, requestQueues);
    }

    @Test
    void userModeGuestWorksOnTheShare() throws Exception {
        var options = Guests.options(KernelSource.USER_MODE, Workload.all());
        SharedTree tree = SharedTree.fill(home.resolve("share"));
        try (var server = ShareServer.ours(home, tree.root(), Guests.TAG);
                var guest = Guests.bootUserMode(options, server.socket())) {
            Guests.passes(options.describe(), guest);
            tree.verify();
        }
    }
}
