package org.dpfs4j.nfs.rpc;

import java.time.Duration;

/**
 * How connections to a server are made.
 *
 * @param host name or address
 * @param port TCP port
 * @param connectTimeout how long connecting may take
 * @param replyTimeout how long a server may send nothing while requests wait for it, before the connection is given up
 * @param recordBytesMax the largest record that is taken
 * @param privilegedPort whether to connect from a port below 1024, which some exports ask for
 * @param tls how connections are encrypted; null: not at all
 * @param connections how many connections a session has
 */
public record ConnectionConfig(
        String host,
        int port,
        Duration connectTimeout,
        Duration replyTimeout,
        int recordBytesMax,
        boolean privilegedPort,
        Tls tls,
        int connections) {
    private static final int CONNECTIONS_MAX = 16;

    /** Refuses a number of connections that makes no sense. */
    public ConnectionConfig {
        if (connections < 1 || connections > CONNECTIONS_MAX) {
            throw new IllegalArgumentException("connections must be 1 to " + CONNECTIONS_MAX + ": " + connections);
        }
    }
}
