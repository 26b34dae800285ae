package org.dpfs4j.nfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.dpfs4j.client.Opcode;
import org.dpfs4j.client.RequestBytes;
import org.dpfs4j.fuse.FuseDevice;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.nfsserver.FaultProxy;
import org.dpfs4j.nfsserver.MockServer;
import org.dpfs4j.tck.RawGuest;
import org.dpfs4j.wire.ClientArch;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.InitFlags;
import org.dpfs4j.wire.InitIn;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A guest may begin anew as often as it likes while the server is away: nobody goes on for those that are gone. */
class RebootTest {
    private static final int REBOOTS = 1000;

    private final Lanes lanes = new Lanes(1, IoMode.AUTO);
    private final MockServer server = MockServer.start();
    private final FaultProxy network = FaultProxy.to(server.address());
    private final NfsBackend backend = new NfsBackend(Configs.of(network.port(), "/"));
    private FuseDevice device;
    private RawGuest guest;

    @BeforeEach
    void start() {
        network.refuse(true);
        backend.start(lanes);
        device = new FuseDevice("test", ClientArch.own(), Map.of("/", backend), lanes);
        guest = new RawGuest(lanes.lane(0), device);
    }

    @AfterEach
    void stop() {
        guest.close();
        device.close();
        backend.close();
        network.close();
        server.close();
        lanes.close();
    }

    private CompletableFuture<byte[]> init() {
        return guest.start(new RequestBytes(Opcode.INIT, 0)
                .with(InitIn.LAYOUT)
                .set("major", 7)
                .set("minor", 45)
                .set("max_readahead", 1 << 17)
                .set("flags", InitFlags.INIT_EXT | InitFlags.MAX_PAGES)
                .bytes());
    }

    private static int error(CompletableFuture<byte[]> answer) {
        return -ByteBuffer.wrap(RawGuest.await(answer))
                .order(ByteOrder.nativeOrder())
                .getInt(4);
    }

    @Test
    void aThousandRebootsLeaveOneClient() {
        var answers = new ArrayList<CompletableFuture<byte[]>>();
        answers.add(init());
        for (int i = 1; i < REBOOTS; i++) {
            answers.add(init());
            assertThat(error(answers.get(i - 1))).isEqualTo(Errno.EINTR.code());
        }
        Awaitility.await().until(() -> backend.clientCount() == 1);
        network.refuse(false);
        assertThat(error(answers.getLast())).isZero();
        assertThat(server.clients()).isEqualTo(1);
    }

    @Test
    void aGuestThatGoesBeforeItsMountIsOpenLeavesNobody() {
        var answer = init();
        Awaitility.await().until(() -> backend.clientCount() == 1);
        device.close();
        assertThat(error(answer)).isEqualTo(Errno.EINTR.code());
        Awaitility.await().until(() -> backend.clientCount() == 0);
    }
}
