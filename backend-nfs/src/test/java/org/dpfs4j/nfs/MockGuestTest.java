package org.dpfs4j.nfs;

import org.junit.jupiter.api.BeforeEach;

/** With a guest from the start, and nothing between it and the server. */
abstract class MockGuestTest extends MockStand {
    @BeforeEach
    final void mount() throws Exception {
        start(Configs.of(server.port(), "/"));
    }
}
