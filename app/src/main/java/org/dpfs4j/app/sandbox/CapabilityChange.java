package org.dpfs4j.app.sandbox;

import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.dpfs4j.config.Section;

/**
 * What is changed about the capabilities that a server keeps, as bits by number ({@code linux/capability.h}).
 *
 * @param added kept beside the usual ones
 * @param removed not kept, although usual
 */
public record CapabilityChange(long added, long removed) {
    static final int DAC_READ_SEARCH = 2;
    static final int SETGID = 6;
    static final int SETUID = 7;

    /** In the order of their numbers. */
    private static final List<String> NAMES = List.of(
            "chown",
            "dac_override",
            "dac_read_search",
            "fowner",
            "fsetid",
            "kill",
            "setgid",
            "setuid",
            "setpcap",
            "linux_immutable",
            "net_bind_service",
            "net_broadcast",
            "net_admin",
            "net_raw",
            "ipc_lock",
            "ipc_owner",
            "sys_module",
            "sys_rawio",
            "sys_chroot",
            "sys_ptrace",
            "sys_pacct",
            "sys_admin",
            "sys_boot",
            "sys_nice",
            "sys_resource",
            "sys_time",
            "sys_tty_config",
            "mknod",
            "lease",
            "audit_write",
            "audit_control",
            "setfcap",
            "mac_override",
            "mac_admin",
            "syslog",
            "wake_alarm",
            "block_suspend",
            "audit_read",
            "perfmon",
            "bpf",
            "checkpoint_restore");

    /** What serving files of all users needs: the list that virtiofsd's users know. */
    private static final long USUAL = bits(
            "chown", "dac_override", "dac_read_search", "fowner", "fsetid", "setgid", "setuid", "mknod", "setfcap");

    private static long bits(String... names) {
        var bits = 0L;
        for (var name : names) {
            bits |= 1L << NAMES.indexOf(name);
        }
        return bits;
    }

    /** Reads {@code modcaps}, such as {@code "+sys_admin:-mknod"}. */
    static CapabilityChange read(Section server) {
        var added = 0L;
        var removed = 0L;
        var text = server.text("modcaps", "");
        for (var word : text.isEmpty() ? new String[0] : text.split(":", -1)) {
            var name = word.isEmpty() ? "" : word.substring(1).toLowerCase(Locale.ROOT);
            var index = NAMES.indexOf(name.startsWith("cap_") ? name.substring(4) : name);
            if (index < 0 || "+-".indexOf(word.charAt(0)) < 0) {
                server.problem("modcaps", "must be like \"+sys_admin:-mknod\", and has \"" + word + "\"");
            } else if (word.charAt(0) == '+') {
                added |= 1L << index;
            } else {
                removed |= 1L << index;
            }
        }
        return new CapabilityChange(added, removed);
    }

    boolean isEmpty() {
        return added == 0 && removed == 0;
    }

    /** What a process keeps that has {@code held} now. */
    long kept(long held) throws NotIsolated {
        var missing = added & ~held;
        if (missing != 0) {
            throw new NotIsolated("modcaps asks for what this process does not have: " + names(missing));
        }
        return held & (USUAL | added) & ~removed;
    }

    static String names(long bits) {
        var names = new TreeSet<String>();
        for (int i = 0; i < Long.SIZE; i++) {
            if ((bits & 1L << i) != 0) {
                names.add(i < NAMES.size() ? NAMES.get(i) : "capability " + i);
            }
        }
        return String.join(", ", names);
    }
}
