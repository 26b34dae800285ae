package org.dpfs4j.nfs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * The names that a server knows this backend's devices by: the same for a device after a restart, so that what it had open
 * ends then, and never the same for two devices.
 */
final class ClientNames {
    /** Where Linux keeps a number that no other machine has. */
    static final Path MACHINE_ID = Path.of("/etc/machine-id");

    private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

    private final String machine;
    private final String export;
    private final Set<String> used = new HashSet<>();

    /** Names for devices of one machine; {@code configured} may be empty. */
    ClientNames(String configured, String export) {
        this.export = export;
        machine = configured.isEmpty() ? machine() : configured;
    }

    private static String machine() {
        return read(MACHINE_ID) + '-' + read(HOST_NAME);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException _) {
            return "unknown";
        }
    }

    /** The machine's name for AUTH_SYS. */
    static String host() {
        var name = read(HOST_NAME);
        return name.substring(0, Math.min(name.length(), 64));
    }

    /** A name for a device that is not used by another one, until {@link #free}. */
    synchronized String take(String tag) {
        for (int i = 1; ; i++) {
            var name = "dpfs4j/" + machine + export + '/' + tag + (i == 1 ? "" : "#" + i);
            if (used.add(name)) {
                return name;
            }
        }
    }

    /** The device has ended. */
    synchronized void free(String name) {
        used.remove(name);
    }
}
