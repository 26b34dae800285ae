package org.dpfs4j.app;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves an assembly until a signal, or until every device has ended by itself. */
final class Foreground {
    private static final Logger LOG = LoggerFactory.getLogger(Foreground.class);
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(5);

    private Foreground() {}

    /**
     * Runs to the end.
     *
     * @param whenReady what is to be said when every device can be used
     */
    static void serve(Assembly assembly, Runnable whenReady) throws Failure {
        var signals = Signals.takenOver();
        var notify = new Notify(System.getenv("NOTIFY_SOCKET"));
        try (var server = Server.start(assembly)) {
            LOG.info("ready");
            whenReady.run();
            notify.ready();
            signals.await(server.ended());
            notify.stopping();
            server.drain(DRAIN_LIMIT);
        }
        LOG.info("ended");
    }
}
