package org.dpfs4j.app.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.dpfs4j.config.Need;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The isolation of this process, in two acts: {@link #enter} replaces it by a restricted one with the same command line, and
 * {@link #filterCalls} restricts the system calls of that one.
 */
public final class Sandbox {
    private static final Logger LOG = LoggerFactory.getLogger(Sandbox.class);
    private static final String NOTIFY_SOCKET = "NOTIFY_SOCKET";

    private final Isolation isolation;
    private final List<Need> needs;
    private final Stage stage = Stage.current();
    private long[] filter = {};

    /** An isolation that leaves what is needed. */
    public Sandbox(Isolation isolation, List<Need> needs) {
        this.isolation = isolation;
        this.needs = new ArrayList<>(needs);
        addNotifySocket(System.getenv(NOTIFY_SOCKET));
    }

    /** The service manager's socket; an abstract one belongs to the network namespace. */
    private void addNotifySocket(String socket) {
        if (socket != null && socket.startsWith("/")) {
            needs.add(new Need.Special(Path.of(socket)));
        } else if (socket != null && socket.startsWith("@")) {
            needs.add(new Need.Network());
        }
    }

    /** Returns in the restricted process, or when nothing is to be restricted. */
    public void enter() throws NotIsolated {
        if (!stage.isRestricted()) {
            replaceProcess();
        }
        // Here and not where it is installed: until then, others wait for libraries.
        if (isolation.seccomp() != Isolation.Seccomp.NONE && !isUnrestricted()) {
            filter = filter();
        }
    }

    private void replaceProcess() throws NotIsolated {
        var wanted = !isolation.nothing() && !isUnrestricted();
        if (wanted || System.getProperty(Program.FIRST) != null) {
            try {
                new Stage0(isolation, needs, Program.current()).run(stage.equals(Stage.IN_USER_NAMESPACE));
            } catch (IOException e) {
                throw new NotIsolated("this process's own files cannot be read: " + e, e);
            }
        }
    }

    private long[] filter() {
        var network = needs.stream().anyMatch(need -> need instanceof Need.Network || need instanceof Need.Listener);
        return Filter.program(
                isolation.seccomp(), network, ProcessHandle.current().pid());
    }

    /**
     * Takes every step of {@link #enter} on a thread that is thrown away, but the last, and makes the filter without
     * installing it. What cannot be had here is not rehearsed.
     */
    public void rehearse() throws IOException {
        try {
            new Stage0(isolation, needs, Program.current().nowhere()).run(false);
        } catch (NotIsolated e) {
            LOG.debug("the end of the rehearsal", e);
        }
        filter();
    }

    /** Whether a part needs more than any isolated process has. */
    private boolean isUnrestricted() {
        return needs.stream().anyMatch(need -> need instanceof Need.Mounting || need instanceof Need.Library);
    }

    /** From here on, all threads of this process make only the system calls that serving needs. */
    public void filterCalls() throws NotIsolated {
        if (isUnrestricted()) {
            LOG.warn(
                    "not isolated: mounts on this machine, and providers of a DPU, need all that the server's user may do");
            return;
        }
        var mode = isolation.seccomp();
        var layers = stage.isRestricted() ? stage.layers() + "; " : "";
        if (mode != Isolation.Seccomp.NONE) {
            try {
                Seccomp.install(filter);
                layers += "seccomp "
                        + (mode == Isolation.Seccomp.AUTO ? "kill" : mode.name().toLowerCase(Locale.ROOT));
            } catch (NotIsolated e) {
                if (mode != Isolation.Seccomp.AUTO) {
                    throw e;
                }
                LOG.warn("no filter of system calls: {}", e.getMessage());
            }
        }
        LOG.info("isolated by: {}", layers.isEmpty() ? "nothing, as configured" : layers);
    }

    /** Removes the temporary folder, unless it is in memory; the libraries that were unpacked there are loaded. */
    public void removeTemporary() {
        try {
            if (stage.isRestricted()
                    && stage.temporary().getFileName().toString().startsWith("dpfs4j-")) {
                Files.deleteIfExists(stage.temporary());
            }
        } catch (IOException e) {
            LOG.debug("the temporary folder stays", e);
        }
    }
}
