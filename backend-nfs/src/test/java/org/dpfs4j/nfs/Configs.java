package org.dpfs4j.nfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import org.dpfs4j.config.Problem;
import org.dpfs4j.config.Section;
import org.dpfs4j.nfs.rpc.ConnectionConfig;
import org.dpfs4j.nfs.rpc.Tls;
import org.dpfs4j.nfsserver.TestAuthority;

/** Configurations of tests: short times, everything else as by default. */
final class Configs {
    private static final int RECORD_BYTES = (1 << 20) + (8 << 10);

    private Configs() {}

    /** An export of a server on this machine. */
    static NfsConfig of(int port, String export) {
        return of(port, export, Duration.ZERO);
    }

    /** As above, for guests that do not wait for ever. */
    static NfsConfig of(int port, String export, Duration giveUpAfter) {
        return of(port, export, giveUpAfter, Duration.ofSeconds(10));
    }

    /** As above, where servers have not long to answer. */
    static NfsConfig of(int port, String export, Duration giveUpAfter, Duration replyTimeout) {
        return of(
                new ConnectionConfig(
                        "127.0.0.1", port, Duration.ofSeconds(5), replyTimeout, RECORD_BYTES, false, null, 1),
                export,
                giveUpAfter);
    }

    /** An export of a server on this machine, by sessions of several connections, perhaps encrypted. */
    static NfsConfig of(int port, String export, int connections, Tls tls) {
        return of(here(port, tls, connections), export, Duration.ZERO);
    }

    /** An export of a server anywhere, which may not take longer than this to connect. */
    static NfsConfig elsewhere(String host, int port, String export, Duration connectTimeout) {
        return of(
                new ConnectionConfig(host, port, connectTimeout, Duration.ofSeconds(10), RECORD_BYTES, false, null, 1),
                export,
                Duration.ZERO);
    }

    private static ConnectionConfig here(int port, Tls tls, int connections) {
        return new ConnectionConfig(
                "127.0.0.1",
                port,
                Duration.ofSeconds(5),
                Duration.ofSeconds(10),
                RECORD_BYTES,
                false,
                tls,
                connections);
    }

    /** An export by connections that are made so. */
    static NfsConfig of(ConnectionConfig connection, String export, Duration giveUpAfter) {
        return of(connection, export, giveUpAfter, 0);
    }

    /** As {@link #of(int, String, Duration)}, where so many delegations may be held. */
    static NfsConfig delegated(int port, String export, Duration giveUpAfter, int delegationsMax) {
        return delegated(port, export, giveUpAfter, delegationsMax, 1);
    }

    /** As above, by sessions of several connections. */
    static NfsConfig delegated(int port, String export, Duration giveUpAfter, int delegationsMax, int connections) {
        return of(here(port, null, connections), export, giveUpAfter, delegationsMax);
    }

    private static NfsConfig of(ConnectionConfig connection, String export, Duration giveUpAfter, int delegationsMax) {
        return new NfsConfig(
                connection,
                export,
                "test",
                2,
                256 << 10,
                1 << 20,
                giveUpAfter,
                Callers.THEMSELVES,
                new NfsConfig.Times(Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ZERO),
                new NfsConfig.Tables(1 << 20, 1 << 16),
                64 << 20,
                true,
                delegationsMax);
    }

    /** As above, where connections are encrypted. */
    static NfsConfig of(int port, Tls tls) {
        return of(connection(port, tls), "/", Duration.ZERO);
    }

    /** Connections to a server on this machine, encrypted. */
    static ConnectionConfig connection(int port, Tls tls) {
        return new ConnectionConfig(
                "127.0.0.1", port, Duration.ofSeconds(5), Duration.ofSeconds(10), RECORD_BYTES, false, tls, 1);
    }

    /** What the configuration makes of these keys, with a server that the tests' certificates name. */
    static Tls tls(Map<String, Object> keys) {
        var problems = new ArrayList<Problem>();
        var tls = Encryption.read(new Section("[backend.export]", keys, key -> 7, problems), "127.0.0.1", 2049);
        assertThat(problems).isEmpty();
        return tls;
    }

    /** TLS with servers that {@code authority} has signed for. */
    static Tls tls(TestAuthority authority, Path folder) throws IOException {
        return tls(Map.of(
                "xprtsec", "tls", "tls-ca", authority.certificateFile(folder).toString()));
    }
}
