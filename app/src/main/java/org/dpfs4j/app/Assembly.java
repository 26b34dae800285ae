package org.dpfs4j.app;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dpfs4j.app.sandbox.Isolation;
import org.dpfs4j.config.Need;
import org.dpfs4j.fs.Backend;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.transport.Transport;
import org.dpfs4j.wire.ClientArch;

/**
 * A checked configuration as objects, of which nothing has been started.
 *
 * @param lanes how many
 * @param io what the lanes run on
 * @param pollMax how long a lane looks for work in vain before it sleeps; zero: not at all
 * @param drainLimit how long the end waits for requests in flight
 * @param isolation of the process that serves
 * @param metrics where they are told, if at all
 * @param logging how much is logged, and where
 * @param pidFile where our process id shall stand
 * @param backends by name, in the order written
 * @param devices in the order written, at least one
 */
record Assembly(
        int lanes,
        IoMode io,
        Duration pollMax,
        Duration drainLimit,
        Isolation isolation,
        Optional<MetricsAddress> metrics,
        Logging logging,
        Optional<Path> pidFile,
        Map<String, Storage> backends,
        List<Function> devices) {

    /**
     * A {@code [backend.NAME]}.
     *
     * @param type its kind, as configured
     */
    record Storage(String type, Backend backend) {}

    /**
     * A {@code [[device]]}: a virtio-fs function that a guest will see.
     *
     * @param mounts names of backends by their path in the device, in the order written
     */
    record Function(String tag, ClientArch clientArch, Transport transport, Map<String, String> mounts) {
        /** Whether it mounts on this machine or has a library of somebody else's: then its server is not isolated. */
        boolean isUnrestricted() {
            return transport != null
                    && transport.needs().stream()
                            .anyMatch(need -> need instanceof Need.Mounting || need instanceof Need.Library);
        }
    }

    /** Turns settings into objects, or ends the command with everything that is wrong with them. */
    static Assembly of(Settings settings, Providers providers) throws Failure {
        var assembly = new Assembler(settings, providers).assemble();
        settings.refuseProblems();
        return assembly;
    }

    /** What of the host the configured parts use. */
    List<Need> needs() {
        var needs = new ArrayList<Need>();
        devices.forEach(device -> needs.addAll(device.transport().needs()));
        backends.forEach((name, storage) -> {
            if (uses(name)) {
                needs.addAll(storage.backend().needs());
            }
        });
        pidFile.ifPresent(file -> needs.add(new Need.FileFolder(file.getParent())));
        metrics.ifPresent(address -> needs.add(new Need.Listener(address.port())));
        logging.need().ifPresent(needs::add);
        return needs;
    }

    /** Whether a device mounts the backend; one that nobody mounts is not started. */
    boolean uses(String backend) {
        return devices.stream().anyMatch(device -> device.mounts().containsValue(backend));
    }
}
