package org.dpfs4j.guest;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The emulator of this machine: found, or installed by the machine's own package tool. */
public final class QemuProgram {
    private static final Logger LOG = LoggerFactory.getLogger(QemuProgram.class);
    private static final String NAME = "qemu-system-x86_64";
    private static final String PACKAGE = "qemu-system-x86";

    private QemuProgram() {}

    /** The program's name; installs it if it is missing and this process may. */
    public static synchronized String ensure() throws GuestUnavailable {
        if (Command.exists(NAME)) {
            return NAME;
        }
        if (!Command.exists("apt-get")) {
            throw new GuestUnavailable(
                    "QEMU (" + NAME + ") is not installed, and this machine has no apt to install it");
        }
        if (!System.getProperty("user.name").equals("root")) {
            throw new GuestUnavailable("QEMU is not installed; install it: sudo apt-get install " + PACKAGE);
        }
        LOG.info("installing QEMU ({})", PACKAGE);
        try {
            apt("update", "-q");
            apt("install", "-q", "-y", "--no-install-recommends", PACKAGE);
        } catch (IOException e) {
            throw new GuestUnavailable("QEMU cannot be installed: " + e.getMessage(), e);
        }
        return NAME;
    }

    private static void apt(String... words) throws IOException {
        var all = new ArrayList<>(List.of("apt-get"));
        all.addAll(List.of(words));
        new Command(all, Map.of("DEBIAN_FRONTEND", "noninteractive", "LC_ALL", "C")).output();
    }
}
