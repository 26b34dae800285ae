package org.dpfs4j.itest;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Real Linux guests on our server, through vhost-user. */
class GuestIT extends GuestRules {
    static Stream<GuestMatrix> matrix() {
        return (Boolean.getBoolean("dpfs4j.all") ? GuestMatrix.all() : GuestMatrix.pairwise()).stream();
    }

    @Override
    ShareServer serve(Path share, int requestQueues) throws IOException, InterruptedException {
        return ShareServer.ours(home, Backing.local(share), Guests.TAG, requestQueues);
    }

    @Test
    void userModeGuestWorksOnTheShare() throws Exception {
        SharedTree tree = SharedTree.fill(home.resolve("share"));
        Guests.workInUserMode(home, Backing.local(tree.root()), tree);
    }
}
