package org.dpfs4j.app;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** Options about what the serving process may do; keys of {@code [server]} under the same names. */
final class IsolationOptions {
    @Option(
            names = "--sandbox",
            paramLabel = "MODE",
            description = "namespace (the default for root), chroot, none: what of this machine the server sees.")
    private String sandbox;

    @Option(
            names = "--seccomp",
            paramLabel = "ACTION",
            description = "kill (the default), log, trap, none: what a system call that serving does not need leads to.")
    private String seccomp;

    @Option(
            names = "--landlock",
            paramLabel = "MODE",
            description = "auto (the default), on, off: whether the kernel's rules about paths are used, too.")
    private String landlock;

    @Option(
            names = "--modcaps",
            paramLabel = "CHANGES",
            description = "Capabilities to keep or to drop beside the usual ones, such as +sys_admin:-mknod.")
    private String modcaps;

    @Option(
            names = "--rlimit-nofile",
            paramLabel = "N",
            description = "How many descriptors the server may have; 0 changes nothing. Default: as many as may be.")
    private Integer descriptors;

    /** What was given, by its key. */
    Map<String, Object> keys() {
        var keys = new LinkedHashMap<String, Object>();
        keys.put("sandbox", sandbox);
        keys.put("seccomp", seccomp);
        keys.put("landlock", landlock);
        keys.put("modcaps", modcaps);
        keys.put("rlimit-nofile", descriptors == null ? null : Long.valueOf(descriptors));
        keys.values().removeIf(value -> value == null);
        return keys;
    }
}
