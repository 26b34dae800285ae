package org.dpfs4j.nfsserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The mock server keeps the rules of sessions, and breaks those that it is told to break. */
class MockServerTest {
    private final MockServer server = MockServer.start();
    private RawClient client;

    @BeforeEach
    void open() throws Exception {
        client = new RawClient(server.address()).open("test", 8);
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        server.close();
    }

    @Test
    void aRepeatedCallIsNotDoneAgain() throws Exception {
        var call = client.inSession(0, true, 2, makeDirectory("d"));
        var first = ByteBufUtil.hexDump(client.ask(call));
        client.reconnect();
        assertThat(ByteBufUtil.hexDump(client.ask(call))).isEqualTo(first);
        assertThat(server.executed(Nfs.CREATE)).isEqualTo(1);
        assertThat(server.complaints()).isEmpty();
    }

    @Test
    void aRepeatedCallThatWasNotKeptSaysSo() throws Exception {
        var call = client.inSession(0, false, 2, makeDirectory("d"));
        client.ask(call);
        assertThat(RawClient.status(client.ask(call))).isEqualTo(Nfs.ERR_RETRY_UNCACHED_REP);
        assertThat(server.executed(Nfs.CREATE)).isEqualTo(1);
    }

    @Test
    void aSequenceIdThatIsNotTheNextIsRefusedAndNoted() throws Exception {
        var call = client.inSession(0, 7, true, 2, makeDirectory("d"));
        assertThat(RawClient.status(client.ask(call))).isEqualTo(Nfs.ERR_SEQ_MISORDERED);
        assertThat(server.complaints()).hasSize(1);
        assertThat(server.exists("d")).isFalse();
    }

    @Test
    void anOperationFailsAsOftenAsItIsTold() throws Exception {
        server.fail(Nfs.CREATE, Nfs.ERR_DELAY, 2);
        for (int expected : new int[] {Nfs.ERR_DELAY, Nfs.ERR_DELAY, Nfs.OK}) {
            var reply = client.ask(client.inSession(0, true, 2, makeDirectory("d")));
            assertThat(RawClient.status(reply)).isEqualTo(expected);
        }
        assertThat(server.executed(Nfs.CREATE)).isEqualTo(1);
    }

    @Test
    void aRestartLosesSessionsAndWhatWasNotCommitted() throws Exception {
        server.put("f", new byte[] {1, 2, 3});
        server.restart();
        client.reconnect();
        var reply = client.ask(client.inSession(0, true, 2, makeDirectory("d")));
        assertThat(RawClient.status(reply)).isEqualTo(Nfs.ERR_BADSESSION);
        assertThat(server.content("f")).containsExactly(1, 2, 3);
        assertThat(server.sessions()).isZero();
    }

    @Test
    void aCallbackComesOnTheConnection() throws Exception {
        var answer = server.callBack(Nfs.CB_RECALL_ANY, new byte[12]);
        assertThat(answer).isNotDone();
        assertThat(server.sessions()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Malformation.class)
    void aMalformationBreaksOneReply(Malformation kind) throws Exception {
        server.put("f", new byte[100]);
        var good = client.ask(client.inSession(0, false, 4, operations(kind)));
        assertThat(RawClient.status(good)).isZero();
        server.malform(kind, 1);
        var call = client.inSession(0, false, 4, operations(kind));
        client.send(call);
        if (kind == Malformation.HUGE_RECORD) {
            assertThat(client.mark()).isEqualTo(-1);
        } else if (kind == Malformation.ENDLESS_FRAGMENTS || kind == Malformation.EMPTY_FRAGMENTS) {
            for (int fragment = 0; fragment < 1000; fragment++) {
                assertThat(client.fragment()).isEqualTo(kind == Malformation.ENDLESS_FRAGMENTS ? 1 : 0);
            }
        } else {
            var bad = client.receive();
            // What differs between any two calls: the transaction and the sequence id.
            int sequenceAt = RawClient.RESULTS + 24;
            good.setInt(0, call.getInt(4)).setInt(sequenceAt, good.getInt(sequenceAt) + 1);
            assertThat(ByteBufUtil.hexDump(bad)).isNotEqualTo(ByteBufUtil.hexDump(good));
        }
        assertThat(server.complaints()).isEmpty();
    }

    private static ByteBuf makeDirectory(String name) {
        return RawClient.makeDirectory(RawClient.walk(Unpooled.buffer()), name);
    }

    /** Four operations of which one is the one that a malformation breaks. */
    private static ByteBuf operations(Malformation kind) {
        var out =
                RawClient.walk(Unpooled.buffer(), kind.operation() == Nfs.READDIR ? new String[0] : new String[] {"f"});
        switch (kind.operation()) {
            case Nfs.READDIR ->
                out.writeInt(Nfs.READDIR)
                        .writeLong(0)
                        .writeLong(0)
                        .writeInt(4096)
                        .writeInt(4096)
                        .writeInt(0)
                        .writeInt(Nfs.SAVEFH);
            case Nfs.GETATTR -> out.writeInt(Nfs.GETATTR).writeInt(1).writeInt(0x1a);
            case Nfs.READ -> out.writeInt(Nfs.READ).writeZero(24).writeInt(4096);
            default -> out.writeInt(Nfs.GETFH);
        }
        return out.writeInt(Nfs.SAVEFH);
    }
}
