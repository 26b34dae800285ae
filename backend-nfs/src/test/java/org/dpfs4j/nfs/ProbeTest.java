package org.dpfs4j.nfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.nfsserver.MockServer;
import org.dpfs4j.nfsserver.Nfs;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whoever asks whether an export can be served hears in one sentence that it can, or why not. */
class ProbeTest {
    private static final int AUTH_TOO_WEAK = 5;
    private static final String HERE = "127.0.0.1";

    private static Lanes lanes;

    private final MockServer server = MockServer.start();

    @BeforeAll
    static void startLanes() {
        lanes = new Lanes(1, IoMode.AUTO);
    }

    @AfterAll
    static void stopLanes() {
        lanes.close();
    }

    @AfterEach
    void stop() {
        assertThat(server.complaints()).isEmpty();
        server.close();
    }

    private static String said(String host, int port, String export, Duration limit) {
        try (var backend = new NfsBackend(Configs.elsewhere(host, port, export, limit))) {
            backend.start(lanes);
            var found = backend.probe().toCompletableFuture().join().orElseThrow();
            await().until(() -> backend.clientCount() == 0); // also nobody who dials
            return found;
        } catch (CompletionException e) {
            return e.getCause().getMessage();
        }
    }

    private String said(String export) {
        return said(HERE, server.port(), export, Duration.ofSeconds(10));
    }

    @Test
    void whatWorksIsNamedWithItsVersionAndLeavesNothing() {
        assertThat(said("/")).isEqualTo("export / of 127.0.0.1 by NFS 4.2");
        await().until(() -> server.clients() == 0 && server.connected() == 0);
        server.minorVersion(1);
        assertThat(said("/")).isEqualTo("export / of 127.0.0.1 by NFS 4.1");
    }

    @Test
    void anExportThatIsNotThereIsNamed() {
        assertThat(said("/none")).isEqualTo("the export /none of 127.0.0.1 is not there");
    }

    @Test
    void aServerThatDoesNotSpeakNfs41SaysSo() {
        server.minorVersion(0);
        assertThat(said("/")).endsWith("cannot be used: the server refuses a client id: it does not speak NFS 4.1");
    }

    @Test
    void aServerThatDoesNotTakeUsSaysSo() {
        server.deny(AUTH_TOO_WEAK, 1);
        assertThat(said("/")).endsWith("it does not take who we are (AUTH_SYS)");
        server.fail(Nfs.PUTROOTFH, 10016, 1);
        assertThat(said("/")).endsWith("is refused: the server wants more than AUTH_SYS");
    }

    @Test
    void nobodyThereIsNoWaiting() throws Exception {
        int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        assertThat(said(HERE, port, "/", Duration.ofSeconds(10)))
                .isEqualTo("NFS server 127.0.0.1 port " + port + " refuses connections");
    }

    @Test
    void aNameWithoutAddressIsNamed() {
        assertThat(said("nobody.invalid", 2049, "/", Duration.ofSeconds(10)))
                .isEqualTo("NFS server nobody.invalid port 2049 cannot be used: no address of nobody.invalid is known");
    }

    @Test
    void aServerThatSaysNothingIsNotWaitedForLongerThanForAConnection() {
        server.silent(true);
        assertThat(said(HERE, server.port(), "/", Duration.ofMillis(200))).endsWith("has not answered within 200 ms");
    }
}
