package org.dpfs4j.app;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the service manager about our state, by {@code sd_notify(3)}'s protocol: one datagram of {@code NAME=VALUE} to the
 * socket that {@code NOTIFY_SOCKET} names. For one thread.
 */
final class Notify {
    private static final Logger LOG = LoggerFactory.getLogger(Notify.class);

    private final String socket;

    /**
     * A notifier.
     *
     * @param socket the value of {@code NOTIFY_SOCKET}: a path, or {@code @} and a name in the abstract namespace; null or
     *     empty when nobody wants to know
     */
    Notify(String socket) {
        this.socket = socket == null ? "" : socket;
    }

    /** Start-up is over. */
    void ready() {
        send("READY=1");
    }

    /** Shutting down has begun. */
    void stopping() {
        send("STOPPING=1");
    }

    private void send(String text) {
        if (socket.isEmpty()) {
            return;
        }
        var manager = new UnixDatagram(socket);
        if (!manager.isPossible()) {
            LOG.warn("NOTIFY_SOCKET is not a socket that can be told anything: {}", socket);
            return;
        }
        var result = manager.send(text);
        if (result < 0) {
            LOG.warn("the service manager at {} could not be told {}: errno {}", socket, text, -result);
        }
    }
}
