package org.dpfs4j.nfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.nfsserver.FaultProxy;
import org.dpfs4j.nfsserver.MockServer;
import org.dpfs4j.tck.Client;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A mock server, a network to it with faults, and a guest as soon as the test has started one; the server has no complaints afterwards. */
abstract class MockStand {
    @TempDir
    Path scratch;

    final Lanes lanes;
    MockServer server;
    FaultProxy network;
    Guest guest;

    /** With two lanes. */
    MockStand() {
        this(2);
    }

    MockStand(int laneCount) {
        lanes = new Lanes(laneCount, IoMode.AUTO);
        server = MockServer.start();
        network = FaultProxy.to(server.address());
    }

    /** Begins anew with another server. */
    final void serveInstead(MockServer by, FaultProxy through) {
        network.close();
        server.close();
        server = by;
        network = through;
    }

    /** Mounts the root. */
    final Client start() throws IOException {
        return start(Configs.of(network.port(), "/"));
    }

    final Client start(NfsConfig config) throws IOException {
        guest = new Guest(lanes, config, scratch);
        return guest.client();
    }

    @AfterEach
    final void stop() {
        if (guest != null) {
            guest.close();
        }
        network.close();
        var complaints = server.complaints();
        server.close();
        lanes.close();
        assertThat(complaints).isEmpty();
    }
}
