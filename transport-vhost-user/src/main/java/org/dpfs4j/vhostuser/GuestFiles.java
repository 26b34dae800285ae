package org.dpfs4j.vhostuser;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.dpfs4j.io.Syscalls;

/**
 * All mapped guest memory of the process. Java may report a fault in it late, when its thread works for another device
 * already: so the one who hears of it asks here whose file was truncated.
 */
final class GuestFiles {
    private final Set<GuestRegion> regions = ConcurrentHashMap.newKeySet();

    void add(GuestRegion region) {
        regions.add(region);
    }

    void remove(GuestRegion region) {
        regions.remove(region);
    }

    /** Breaks every device with a truncated file; returns whether there is one. */
    boolean check(Syscalls syscalls) {
        var found = false;
        for (var region : regions) {
            found |= region.checkFile(syscalls);
        }
        return found;
    }
}
