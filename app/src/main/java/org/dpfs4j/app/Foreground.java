package org.dpfs4j.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dpfs4j.app.sandbox.NotIsolated;
import org.dpfs4j.app.sandbox.Sandbox;
import org.dpfs4j.config.Need;
import org.dpfs4j.io.Lanes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Isolates the process, and serves an assembly until a signal, or until every device has ended by itself. */
final class Foreground {
    private static final Logger LOG = LoggerFactory.getLogger(Foreground.class);

    private Foreground() {}

    /**
     * Isolates the process and serves to the end: in a process that can do no more than serve, unless it mounts on this
     * machine.
     *
     * @param config the file that is read again by the restricted process; null when there is none
     * @param whenReady what is to be said when every device can be used
     */
    static void isolate(Assembly assembly, Path config, Runnable whenReady) throws Failure {
        var needs = new ArrayList<>(assembly.needs());
        if (config != null) {
            needs.add(new Need.Reading(config.toAbsolutePath()));
        }
        Signals signals;
        try {
            var sandbox = new Sandbox(assembly.isolation(), needs);
            sandbox.enter();
            signals = Signals.takenOver(); // before the libraries, which are still being loaded beside
            Lanes.loadLibraries(assembly.io());
            sandbox.removeTemporary();
            sandbox.filterCalls();
        } catch (NotIsolated e) {
            throw Failure.cannot(List.of("this server cannot be isolated as asked for: " + e.getMessage()), e);
        }
        serve(assembly, signals, whenReady);
    }

    /** Serves to the end as this process is. */
    static void serve(Assembly assembly, Runnable whenReady) throws Failure {
        serve(assembly, Signals.takenOver(), whenReady);
    }

    private static void serve(Assembly assembly, Signals signals, Runnable whenReady) throws Failure {
        var notify = new Notify(System.getenv("NOTIFY_SOCKET"));
        try (var server = Server.start(assembly)) {
            LOG.info("ready");
            whenReady.run();
            notify.ready();
            signals.await(server.ended());
            notify.stopping();
            server.drain(assembly.drainLimit());
        }
        LOG.info("ended");
    }
}
