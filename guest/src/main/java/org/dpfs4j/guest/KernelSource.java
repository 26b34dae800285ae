package org.dpfs4j.guest;

import java.util.List;

/** Where a guest's kernel comes from: a package of a Debian suite. */
public enum KernelSource {
    /** Linux 6.1: one request queue. */
    DEBIAN_12(false, "linux-image-cloud-amd64", "bookworm"),
    /** Linux 6.12: several request queues. */
    DEBIAN_13(false, "linux-image-cloud-amd64", "trixie"),
    /** Linux 7 or newer, which checks {@code used.len} and {@code unique} of replies. */
    NEWEST(false, "linux-image-cloud-amd64", "trixie-backports sid"),
    /** Linux 6.1 as an ordinary process of the host, without an emulated machine. */
    USER_MODE(true, "user-mode-linux", "bookworm");

    private final boolean userMode;
    private final String packageName;
    /** Names with a space between them: an enum holds nothing that can change. */
    private final String suites;

    KernelSource(boolean userMode, String packageName, String suites) {
        this.userMode = userMode;
        this.packageName = packageName;
        this.suites = suites;
    }

    /** Whether this kernel is a program of the host (User-mode Linux) and needs no QEMU. */
    public boolean userMode() {
        return userMode;
    }

    String packageName() {
        return packageName;
    }

    /** The suites to look in; the first that can be read and holds the package is taken. */
    List<String> suites() {
        return List.of(suites.split(" ", -1));
    }
}
