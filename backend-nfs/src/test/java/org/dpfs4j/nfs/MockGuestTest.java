package org.dpfs4j.nfs;

import java.nio.file.Path;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.nfsserver.MockServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Rules for a guest on a server that does what a test tells it; both are new for each. */
class MockGuestTest {
    private static Lanes lanes;

    @TempDir
    Path scratch;

    MockServer server;
    Guest guest;

    @BeforeAll
    static void startLanes() {
        lanes = new Lanes(2, IoMode.AUTO);
    }

    @AfterAll
    static void stopLanes() {
        lanes.close();
    }

    @BeforeEach
    void start() throws Exception {
        server = MockServer.start();
        guest = new Guest(lanes, Configs.of(server.port(), "/"), scratch);
    }

    @AfterEach
    void stop() {
        guest.close();
        server.close();
    }
}
