package org.dpfs4j.app.sandbox;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import org.dpfs4j.io.Syscall;

/**
 * Rules of the kernel's Landlock: which rights a thread, and what it executes, has below which paths. Needs no privilege,
 * only no_new_privs. Rights and structures are those of {@code linux/landlock.h}.
 */
final class Landlock {
    private static final int CREATE_RULESET_VERSION = 1;
    private static final int RULE_PATH_BENEATH = 1;
    private static final int RULE_NET_PORT = 2;
    private static final int O_PATH_CLOEXEC = 010000000 | 02000000;

    private static final long EXECUTE = 1;
    private static final long WRITE_FILE = 1 << 1;
    private static final long READ_FILE = 1 << 2;
    private static final long READ_DIR = 1 << 3;
    private static final long REMOVE_FILE = 1 << 5;
    private static final long MAKE_REG = 1 << 8;
    private static final long MAKE_SOCK = 1 << 9;
    private static final long TRUNCATE = 1 << 14;
    private static final long IOCTL_DEV = 1 << 15;
    private static final long FOR_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV;

    /** What opening an existing file needs: where a file found by its handle is, Landlock does not know. */
    private static final long CONTENT = WRITE_FILE | READ_FILE | TRUNCATE;

    private static final long BIND_TCP = 1;
    private static final long TCP = 3;
    private static final long ABSTRACT_SOCKETS = 1;
    private static final long SIGNALS = 2;

    /** Before it, no rule could allow to rename from one directory to another. */
    private static final int FIRST_VERSION = 2;

    private static final int FIRST_WITH_PORTS = 4;

    private final Kernel kernel;
    private final int version;

    Landlock(Kernel kernel) {
        this.kernel = kernel;
        version = (int) kernel.call(StartCall.LANDLOCK_CREATE_RULESET, 0, 0, CREATE_RULESET_VERSION);
    }

    int version() {
        return version;
    }

    /** Says why there is no Landlock, if there is none. */
    void require() throws NotIsolated {
        Kernel.require("Landlock", version);
        if (version < FIRST_VERSION) {
            throw new NotIsolated("Landlock: this kernel has version " + version + ", and " + FIRST_VERSION
                    + " is the first that can be used");
        }
    }

    /** All rights to files and folders that this version knows. */
    private long known() {
        var rights = switch (version) {
            case 2 -> 14;
            case 3, 4 -> 15;
            default -> 16;
        };
        return (1L << rights) - 1;
    }

    private static long rights(Access access) {
        return switch (access) {
            case READ -> READ_FILE | READ_DIR | EXECUTE;
            case TREE_READ_ONLY -> READ_FILE | READ_DIR;
            case SPECIAL -> READ_FILE | WRITE_FILE | IOCTL_DEV;
            case SOCKETS -> MAKE_SOCK | REMOVE_FILE;
            case FILES -> MAKE_SOCK | MAKE_REG | REMOVE_FILE | READ_FILE | WRITE_FILE | TRUNCATE;
            case TREE -> -1L & ~EXECUTE;
        };
    }

    /**
     * Restricts the calling thread for good.
     *
     * @param byHandle whether files are opened by handle, too
     * @param ports TCP ports that may be listened at, and no other use is made of the network; null when the network is free
     */
    void restrict(List<Place> places, boolean byHandle, Set<Integer> ports) throws NotIsolated {
        require();
        var handled = known() & ~(byHandle ? CONTENT : 0);
        var attributes = kernel.memory(24);
        attributes.set(JAVA_LONG, 0, handled);
        attributes.set(JAVA_LONG, 8, ports == null ? 0 : TCP);
        attributes.set(JAVA_LONG, 16, ports == null ? SIGNALS : SIGNALS | ABSTRACT_SOCKETS);
        var bytes = version < 4 ? 8 : version < 6 ? 16 : 24;
        var ruleset = Kernel.require(
                "Landlock", kernel.call(StartCall.LANDLOCK_CREATE_RULESET, attributes.address(), bytes, 0));
        for (var place : places) {
            allow(ruleset, place, handled);
        }
        if (ports != null && version >= FIRST_WITH_PORTS) {
            for (var port : ports) {
                allowListening(ruleset, port);
            }
        }
        Kernel.require("Landlock", kernel.call(StartCall.LANDLOCK_RESTRICT_SELF, ruleset, 0));
        kernel.call(Syscall.CLOSE, ruleset, 0);
    }

    private void allowListening(long ruleset, int port) throws NotIsolated {
        var rule = kernel.memory(16);
        rule.set(JAVA_LONG, 0, BIND_TCP);
        rule.set(JAVA_LONG, 8, port);
        Kernel.require(
                "Landlock at port " + port,
                kernel.call(StartCall.LANDLOCK_ADD_RULE, ruleset, RULE_NET_PORT, rule.address(), 0));
    }

    private void allow(long ruleset, Place place, long handled) throws NotIsolated {
        var fd = kernel.call(Syscall.OPENAT, Kernel.AT_FDCWD, kernel.text(place.path()), O_PATH_CLOEXEC, 0);
        if (fd == -Kernel.ENOENT) {
            return; // what is not there is said by whoever needs it
        }
        var what = "Landlock at " + place.path();
        Kernel.require(what, fd);
        var folder = Files.isDirectory(place.path());
        var allowed = rights(place.access()) & handled & (folder ? -1L : FOR_FILES);
        if (allowed != 0) {
            var rule = kernel.memory(16);
            rule.set(JAVA_LONG, 0, allowed);
            rule.set(JAVA_INT, 8, (int) fd);
            Kernel.require(
                    what, kernel.call(StartCall.LANDLOCK_ADD_RULE, ruleset, RULE_PATH_BENEATH, rule.address(), 0));
        }
        kernel.call(Syscall.CLOSE, fd, 0);
    }
}
