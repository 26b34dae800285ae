package org.dpfs4j.nfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.SslContext;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.nfs.rpc.Connection;
import org.dpfs4j.nfs.rpc.Dialer;
import org.dpfs4j.nfs.rpc.Tls;
import org.dpfs4j.nfs.rpc.XdrReader;
import org.dpfs4j.nfsserver.MockServer;
import org.dpfs4j.nfsserver.TestAuthority;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A connection that is to be encrypted is, with the server that is meant, or there is none. */
class StartTlsTest {
    private static final String HERE = "127.0.0.1";
    private static final int WAIT_SECONDS = 20;
    private static final int AUTH_TOOWEAK = 5;

    /** A reply as it should be, behind the XID: its verifier says "STARTTLS". */
    private static final byte[] YES = ByteBuffer.allocate(28)
            .putInt(1)
            .putInt(0)
            .putInt(0)
            .putInt(8)
            .putLong(0x5354415254544c53L)
            .putInt(0)
            .array();

    private static final int YES_MARK = 1 << 31 | YES.length + 4;

    private static Lanes lanes;
    private static TestAuthority authority;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws Exception {
        lanes = new Lanes(1, IoMode.AUTO);
        authority = new TestAuthority();
    }

    @AfterAll
    static void stop() {
        lanes.close();
    }

    /** What became of one connection. */
    private static final class Outcome implements Connection.Events {
        final CompletableFuture<Connection> opened = new CompletableFuture<>();
        final CompletableFuture<String> closed = new CompletableFuture<>();

        @Override
        public void opened(Connection connection) {
            opened.complete(connection);
        }

        @Override
        public void called(Connection connection, int xid, XdrReader in) {
            throw new AssertionError("nobody calls here");
        }

        @Override
        public void closed(Connection connection, Throwable why) {
            closed.complete(why == null ? "" : why.getMessage());
        }

        String why() throws Exception {
            return closed.get(WAIT_SECONDS, TimeUnit.SECONDS);
        }
    }

    private static Outcome dial(MockServer server, Tls tls) {
        var outcome = new Outcome();
        var lane = lanes.lane(0);
        lane.execute(() -> new Dialer(Configs.connection(server.port(), tls)).dial(lane, outcome));
        return outcome;
    }

    /** Dials a server that must not be talked to, and says why not. */
    private static String refusal(MockServer server, Tls tls) throws Exception {
        var outcome = dial(server, tls);
        var why = outcome.why();
        assertThat(outcome.opened).isNotDone();
        assertThat(server.complaints()).isEmpty();
        assertThat(server.sessions()).isZero();
        return why;
    }

    private Tls tls() throws Exception {
        return Configs.tls(authority, folder);
    }

    private Tls tlsNaming(String name) throws Exception {
        return Configs.tls(Map.of(
                "xprtsec", "tls", "tls-ca", authority.certificateFile(folder).toString(), "tls-name", name));
    }

    @Test
    void theServerThatIsMeantIsTalkedTo() throws Exception {
        try (var server = MockServer.start(authority.serverAt(HERE))) {
            var outcome = dial(server, tls());
            var connection = outcome.opened.get(WAIT_SECONDS, TimeUnit.SECONDS);
            lanes.lane(0).execute(() -> connection.close(null));
            outcome.why();
            assertThat(server.complaints()).isEmpty();
        }
    }

    @Test
    void aServerMayBeNamedOtherwiseThanItIsDialled() throws Exception {
        try (var server = MockServer.start(authority.server("nfs.example.org"))) {
            var outcome = dial(server, tlsNaming("nfs.example.org"));
            var connection = outcome.opened.get(WAIT_SECONDS, TimeUnit.SECONDS);
            lanes.lane(0).execute(() -> connection.close(null));
            outcome.why();
        }
    }

    @Test
    void aServerWithoutTlsIsNotTalkedTo() throws Exception {
        try (var server = MockServer.start()) {
            assertThat(refusal(server, tls())).isEqualTo("it does not do TLS");
            server.deny(AUTH_TOOWEAK, 1);
            assertThat(refusal(server, tls())).isEqualTo("it does not do TLS");
        }
    }

    @Test
    void aCertificateOfAnotherAuthorityIsRefused() throws Exception {
        try (var server = MockServer.start(new TestAuthority().serverAt(HERE))) {
            assertThat(refusal(server, tls())).startsWith("its certificate is refused: ");
        }
    }

    @Test
    void javasAuthoritiesHaveNotSignedForTests() throws Exception {
        try (var server = MockServer.start(authority.serverAt(HERE))) {
            assertThat(refusal(server, Configs.tls(Map.of("xprtsec", "tls"))))
                    .startsWith("its certificate is refused: ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.2", "nfs.example.org"})
    void aCertificateOfAnotherServerIsRefused(String name) throws Exception {
        try (var server = MockServer.start(authority.serverAt(HERE))) {
            assertThat(refusal(server, tlsNaming(name)))
                    .startsWith("its certificate is refused: ")
                    .contains(name);
        }
    }

    @Test
    void aServerThatWantsToKnowWhoWeAreIsShown() throws Exception {
        authority.clientFiles(folder, "us");
        var keys = Map.<String, Object>of(
                "xprtsec",
                "mtls",
                "tls-ca",
                authority.certificateFile(folder).toString(),
                "tls-certificate",
                folder.resolve("us.pem").toString(),
                "tls-key",
                folder.resolve("us.key").toString());
        try (var server = MockServer.start(authority.strictServerAt(HERE));
                var lanesOfGuest = new Lanes(1, IoMode.AUTO);
                var guest = new Guest(lanesOfGuest, Configs.of(server.port(), Configs.tls(keys)), folder)) {
            assertThat(guest.content(guest.file("a", "text"))).isEqualTo("text");
        }
    }

    @Test
    void aServerThatWantsToKnowWhoWeAreRefusesNobody() throws Exception {
        try (var server = MockServer.start(authority.strictServerAt(HERE))) {
            assertThat(dial(server, tls()).why()).startsWith("TLS failed: ").contains("certificate");
            assertThat(server.sessions()).isZero();
        }
    }

    /** Which answer, changed in which byte of what follows the XID. */
    @ParameterizedTest
    @CsvSource({"3, 0", "7, 1", "11, 7", "15, 0", "16, 0", "23, 84", "27, 1"})
    void anAnswerThatIsNoYesIsANo(int at, int value) throws Exception {
        var answer = YES.clone();
        answer[at] = (byte) value;
        try (var server = MockServer.start(authority.serverAt(HERE))) {
            server.answerTls(YES_MARK, answer, 1);
            assertThat(refusal(server, tls())).isEqualTo("it does not do TLS");
        }
    }

    @Test
    void anAnswerInPiecesOrWithMoreBehindItIsRefused() throws Exception {
        var tls = authority.serverAt(HERE);
        refused(YES_MARK & Integer.MAX_VALUE, YES, tls);
        refused(YES_MARK - 4, YES, tls);
        refused(1 << 31, YES, tls);
        refused(-1, YES, tls);
        refused(YES_MARK, new byte[4096], tls);
        refused(YES_MARK, java.util.Arrays.copyOf(YES, YES.length + 7), tls);
    }

    private void refused(int mark, byte[] answer, SslContext good) throws Exception {
        try (var server = MockServer.start(good)) {
            server.answerTls(mark, answer, 1);
            assertThat(refusal(server, tls()))
                    .startsWith("its answer to the question whether")
                    .doesNotContain("null");
        }
    }

    @Test
    void theAnswerOfTheseTestsIsAYesWhenNothingIsChanged() throws Exception {
        try (var server = MockServer.start(authority.serverAt(HERE))) {
            server.answerTls(YES_MARK, YES, 1);
            // The mock goes on as if it had said no, and does not know what it hears then.
            assertThat(refusal(server, tls())).isEqualTo("it closed the connection when TLS began");
        }
    }

    @Test
    void whoIsRefusedIsDialledAgain() throws Exception {
        try (var server = MockServer.start(authority.serverAt(HERE))) {
            server.answerTls(YES_MARK, new byte[28], 3);
            try (var guest = new Guest(lanes, Configs.of(server.port(), tls()), folder)) {
                assertThat(guest.content(guest.file("a", "text"))).isEqualTo("text");
            }
            assertThat(server.accepted()).isGreaterThan(3);
            assertThat(server.complaints()).isEmpty();
        }
    }
}
