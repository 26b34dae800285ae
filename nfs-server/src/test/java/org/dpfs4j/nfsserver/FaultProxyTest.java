package org.dpfs4j.nfsserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The proxy's faults are those that it was told, and calls go through where it was told none. */
class FaultProxyTest {
    private final MockServer server = MockServer.start();
    private final FaultProxy proxy = FaultProxy.to(server.address());
    private RawClient client;

    @BeforeEach
    void open() throws Exception {
        client = new RawClient(proxy.address()).open("test", 8);
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        proxy.close();
        server.close();
    }

    @Test
    void aCallCutOffBeforeTheServerIsNotDone() throws Exception {
        proxy.cutBefore(Nfs.CREATE, 1);
        var call = client.inSession(0, true, 2, makeDirectory("d"));
        client.send(call);
        assertThat(client.ends()).isTrue();
        assertThat(server.executed(Nfs.CREATE)).isZero();
        client.reconnect();
        assertThat(RawClient.status(client.ask(call))).isZero();
        assertThat(proxy.cuts()).isEqualTo(1);
    }

    @Test
    void aCallCutOffBehindTheServerIsDoneOnce() throws Exception {
        proxy.cutAfter(Nfs.CREATE, 1);
        var call = client.inSession(0, true, 2, makeDirectory("d"));
        client.send(call);
        assertThat(client.ends()).isTrue();
        assertThat(server.executed(Nfs.CREATE)).isEqualTo(1);
        client.reconnect();
        assertThat(RawClient.status(client.ask(call))).isZero();
        assertThat(server.executed(Nfs.CREATE)).isEqualTo(1);
    }

    @Test
    void anOperationFailsWithoutTheServer() throws Exception {
        proxy.fail(Nfs.CREATE, Nfs.ERR_DELAY, 1);
        proxy.fail(Nfs.SEQUENCE, Nfs.ERR_BADSESSION, 1);
        var failed = client.ask(client.inSession(0, true, 2, makeDirectory("d")));
        assertThat(RawClient.status(failed)).isEqualTo(Nfs.ERR_DELAY);
        assertThat(failed.getInt(failed.writerIndex() - 8)).isEqualTo(Nfs.CREATE);
        assertThat(failed.getInt(failed.writerIndex() - 4)).isEqualTo(Nfs.ERR_DELAY);
        assertThat(failed.getInt(RawClient.RESULTS - 4)).as("results").isEqualTo(3);
        var call = client.inSession(0, true, 2, makeDirectory("d"));
        assertThat(RawClient.status(client.ask(call))).isEqualTo(Nfs.ERR_BADSESSION);
        assertThat(server.executed(Nfs.CREATE)).isZero();
        assertThat(RawClient.status(client.ask(call))).isZero();
        assertThat(server.complaints()).isEmpty();
    }

    @Test
    void repliesInFragmentsAndSegmentsOfOneByteAreWhole() throws Exception {
        proxy.fragmentReplies(1);
        proxy.segmentReplies(1);
        assertThat(RawClient.status(client.ask(client.inSession(0, true, 2, makeDirectory("d")))))
                .isZero();
    }

    @Test
    void repliesAreReversed() throws Exception {
        proxy.reverseReplies(true);
        List<Integer> sent = new ArrayList<>();
        for (int slot = 1; slot < 5; slot++) {
            var call = client.inSession(slot, 1, true, 2, makeDirectory("d" + slot));
            sent.add(0, call.getInt(4));
            client.send(call);
        }
        List<Integer> received = new ArrayList<>();
        for (int slot = 1; slot < 5; slot++) {
            received.add(client.receive().getInt(0));
        }
        assertThat(received).containsExactlyInAnyOrderElementsOf(sent);
    }

    @Test
    void aBlackHoleGivesBackWhatItHeld() throws Exception {
        proxy.blackHole(true);
        client.send(client.inSession(0, true, 2, makeDirectory("d")));
        assertThat(server.executed(Nfs.CREATE)).isZero();
        proxy.blackHole(false);
        assertThat(RawClient.status(client.receive())).isZero();
    }

    @Test
    void randomCutsEndConnectionsAndCallsGoOnAfterwards() throws Exception {
        proxy.cutRandomly(7, 500);
        for (int i = 0; i < 50; i++) {
            var call = client.inSession(0, true, 2, makeDirectory("d" + i));
            while (true) {
                try {
                    assertThat(RawClient.status(client.ask(call))).isZero();
                    break;
                } catch (java.io.IOException _) {
                    client.reconnect();
                }
            }
        }
        assertThat(proxy.cuts()).isGreaterThan(10);
        assertThat(server.executed(Nfs.CREATE)).isEqualTo(50);
        assertThat(server.complaints()).isEmpty();
    }

    private static ByteBuf makeDirectory(String name) {
        return RawClient.makeDirectory(RawClient.walk(Unpooled.buffer()), name);
    }
}
