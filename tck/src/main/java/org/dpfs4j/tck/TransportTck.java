package org.dpfs4j.tck;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.transport.Device;
import org.dpfs4j.transport.Transport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every transport does with a driver that lies. A transport extends this in its own tests and supplies a {@link Machine}; each
 * test method is a rule, and its name says which. After each case a good request is answered on every queue of the connection and on
 * a second device of the same process; below both stands a file system that looks at every name it is shown. A transport whose driver
 * has rings in memory that both see extends {@link RingTck}.
 */
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(GapExtension.class)
public abstract class TransportTck implements RequestRules, NeighbourRules, Gaps {
    private static final int LANES = 2;

    private Lanes lanes;
    private Stand stand;
    private Stand neighbour;

    /** For extension by a transport's test. */
    protected TransportTck() {}

    /**
     * A transport with {@value #REQUEST_QUEUES} request queues, not opened.
     *
     * @param scratch an empty folder, for sockets
     * @param number 0 or 1: two are open at a time, with addresses of their own
     */
    protected abstract Transport transport(Path scratch, int number);

    /** A machine connected to a device that {@link #transport} has opened; its queues run, and nothing was sent. */
    protected abstract Machine connect(Device device) throws IOException;

    /** Rules that are not kept, by method name, each with the reason. One that is kept after all fails the build. */
    protected Map<String, String> gaps() {
        return Map.of();
    }

    @Override
    public final Map<String, String> declaredGaps() {
        return gaps();
    }

    @Override
    public final void forgive() {
        stand.forgive();
    }

    /** Whether a device serves one machine after another; one that ends with its connection is opened anew. */
    protected boolean servesAgain() {
        return true;
    }

    /** What the lanes run on. */
    protected IoMode ioMode() {
        return IoMode.AUTO;
    }

    @BeforeAll
    final void startLanes() {
        lanes = new Lanes(LANES, ioMode());
    }

    @BeforeEach
    final void openDevices(@TempDir Path scratch) throws IOException {
        stand = new Stand("tested", transport(scratch, 0), lanes);
        neighbour = new Stand("neighbour", transport(scratch, 1), lanes);
        stand.connect(connect(stand.device()));
        neighbour.connect(connect(neighbour.device()));
    }

    @AfterEach
    final void closeDevices() throws IOException {
        try {
            if (neighbour != null && neighbour.machine() != null) {
                neighbour.isServed();
            }
        } finally {
            for (var each : Arrays.asList(stand, neighbour)) {
                if (each != null) {
                    each.close();
                }
            }
        }
    }

    @AfterAll
    final void stopLanes() {
        lanes.close();
    }

    @Override
    public final Stand stand() {
        return stand;
    }

    @Override
    public final Stand neighbour() {
        return neighbour;
    }

    @Override
    public final Machine another(Stand of) throws IOException {
        of.disconnect();
        if (!servesAgain()) {
            of.reopen();
        }
        return connect(of.device());
    }
}
