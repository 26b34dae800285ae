package org.dpfs4j.app.sandbox;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.dpfs4j.config.Section;

/**
 * How a server is isolated, as configured in {@code [server]}. AUTO is what a layer is when nothing is said: it is used
 * where it can be had, and the log says once where it cannot. A layer that was asked for by its name is had, or the
 * server does not start.
 *
 * @param sandbox what of the host the process sees
 * @param seccomp what happens on a system call that serving does not need
 * @param landlock whether paths are restricted by rules, too
 * @param capabilities what is kept of the superuser's rights
 * @param descriptorsMax how many descriptors the process may have; 0 leaves that alone
 */
public record Isolation(
        Mode sandbox, Seccomp seccomp, Switch landlock, CapabilityChange capabilities, OptionalInt descriptorsMax) {
    private static final int DESCRIPTORS_MAX = 1 << 30;

    /** What of the host the process sees. */
    public enum Mode {
        /** NAMESPACE for root, NONE for others. */
        AUTO,
        /** The trees and what Java needs; no network, no other processes' IPC. */
        NAMESPACE,
        /** The same file tree, but the host's network and IPC. */
        CHROOT,
        /** All that its user sees. */
        NONE
    }

    /** What happens on a system call that serving does not need. */
    public enum Seccomp {
        /** KILL, where the kernel filters. */
        AUTO,
        KILL,
        LOG,
        TRAP,
        NONE
    }

    /** Whether a layer is used. */
    public enum Switch {
        AUTO,
        ON,
        OFF
    }

    /** Reads the keys of {@code [server]}; problems go to the section. */
    public static Isolation read(Section server) {
        return new Isolation(
                server.choice("sandbox", Mode.AUTO),
                server.choice("seccomp", Seccomp.AUTO),
                server.choice("landlock", Switch.AUTO),
                CapabilityChange.read(server),
                server.has("rlimit-nofile")
                        ? OptionalInt.of(server.integer("rlimit-nofile", 0, 0, DESCRIPTORS_MAX))
                        : OptionalInt.empty());
    }

    /** The keys by which something was asked for that is had, or the server does not start. */
    public List<String> asked() {
        var keys = new ArrayList<String>();
        if (sandbox == Mode.NAMESPACE || sandbox == Mode.CHROOT) {
            keys.add("sandbox");
        }
        if (seccomp != Seccomp.AUTO && seccomp != Seccomp.NONE) {
            keys.add("seccomp");
        }
        if (landlock == Switch.ON) {
            keys.add("landlock");
        }
        if (!capabilities.isEmpty()) {
            keys.add("modcaps");
        }
        if (descriptorsMax.orElse(0) != 0) {
            keys.add("rlimit-nofile");
        }
        return keys;
    }

    /** Whether somebody switched everything off. */
    boolean nothing() {
        return sandbox == Mode.NONE
                && seccomp == Seccomp.NONE
                && landlock == Switch.OFF
                && capabilities.isEmpty()
                && descriptorsMax.orElse(0) == 0;
    }
}
