package org.dpfs4j.app.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.dpfs4j.config.Need;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lanes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The isolation of this process, in two acts: {@link #enter} replaces it by a restricted one with the same command line, and
 * {@link #filterCalls} restricts the system calls of that one.
 */
public final class Sandbox {
    /**
     * Set in the restricted process, for itself: its temporary folder and a word for each layer, or
     * {@link #IN_USER_NAMESPACE}. Nothing is trusted because of it; who starts us may set it and does without stage 0.
     */
    static final String STAGE = "DPFS4J_STAGE";

    static final String IN_USER_NAMESPACE = "user-namespace";

    private static final Logger LOG = LoggerFactory.getLogger(Sandbox.class);
    private static final String NOTIFY_SOCKET = "NOTIFY_SOCKET";

    private final Isolation isolation;
    private final List<Need> needs;
    private final String stage = System.getenv(STAGE);

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

    /**
     * Begins what {@link #enter} and the server will need whatever they are asked to do, on a thread beside the one that
     * finds that out: it is a third of the time that a start takes.
     */
    public static void prepare() {
        var stage = System.getenv(STAGE);
        if (!isRestricted(stage)) {
            begin(() -> new Kernel().close());
        } else {
            System.setProperty("io.netty.native.workdir", temporary(stage).toString());
            // Netty names channels after the machine's network card, and warns where there is none.
            System.setProperty("io.netty.machineId", "00:00:00:00:00:01");
            begin(() -> Lanes.loadLibraries(IoMode.AUTO));
        }
    }

    private static void begin(Runnable work) {
        Thread.ofPlatform().name("prepare").daemon().start(work);
    }

    /** Returns in the restricted process, or when nothing is to be restricted. */
    public void enter() throws NotIsolated {
        if (isRestricted(stage)) {
            return;
        }
        var wanted = !isolation.nothing() && !isUnrestricted();
        if (wanted || System.getProperty(Program.FIRST) != null) {
            try {
                new Stage0(isolation, needs, Program.current()).run(IN_USER_NAMESPACE.equals(stage));
            } catch (IOException e) {
                throw new NotIsolated("this process's own files cannot be read: " + e, e);
            }
        }
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
        Filter.program(isolation.seccomp(), false, ProcessHandle.current().pid());
    }

    /** Whether a part needs more than any isolated process has. */
    private boolean isUnrestricted() {
        return needs.stream().anyMatch(need -> need instanceof Need.Mounting || need instanceof Need.Library);
    }

    private static boolean isRestricted(String stage) {
        return stage != null && stage.indexOf(';') > 0;
    }

    private static Path temporary(String stage) {
        return Path.of(stage.substring(0, stage.indexOf(';')));
    }

    /** From here on, all threads of this process make only the system calls that serving needs. */
    public void filterCalls() throws NotIsolated {
        if (isUnrestricted()) {
            LOG.warn(
                    "not isolated: mounts on this machine, and providers of a DPU, need all that the server's user may do");
            return;
        }
        var mode = isolation.seccomp();
        var layers = isRestricted(stage) ? stage.substring(stage.indexOf(';') + 1) + "; " : "";
        if (mode != Isolation.Seccomp.NONE) {
            var network =
                    needs.stream().anyMatch(need -> need instanceof Need.Network || need instanceof Need.Listener);
            try {
                Seccomp.install(
                        Filter.program(mode, network, ProcessHandle.current().pid()));
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
            if (isRestricted(stage) && temporary(stage).getFileName().toString().startsWith("dpfs4j-")) {
                Files.deleteIfExists(temporary(stage));
            }
        } catch (IOException e) {
            LOG.debug("the temporary folder stays", e);
        }
    }
}
