package org.dpfs4j.vhostuser;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.memory.Iovecs;

/**
 * An immutable map of guest memory: which address of this process a guest address is. Counted; the regions that nobody
 * uses any more are unmapped with its last use, so that a change of the memory table waits for nobody.
 */
final class GuestMemory {
    /** What {@link #find} answers for an address that is nowhere. */
    static final int NOWHERE = -1;

    private final GuestRegion[] regions;
    private final long[] starts;
    private final long[] ends;
    private final long[] hosts;
    private final AtomicInteger uses = new AtomicInteger(1);

    /** A map of {@code regions}, which it uses from now on; on failure they stay the caller's. */
    GuestMemory(List<GuestRegion> regions) throws BadMessage {
        this.regions = regions.toArray(new GuestRegion[0]);
        Arrays.sort(
                this.regions, Comparator.comparingLong(region -> region.place().guestAddress()));
        starts = Arrays.stream(this.regions)
                .mapToLong(r -> r.place().guestAddress())
                .toArray();
        ends = Arrays.stream(this.regions).mapToLong(r -> r.place().guestEnd()).toArray();
        hosts = Arrays.stream(this.regions).mapToLong(GuestRegion::host).toArray();
        for (int i = 1; i < starts.length; i++) {
            if (starts[i] < ends[i - 1]) {
                throw new BadMessage(
                        String.format("memory regions at 0x%x and 0x%x overlap", starts[i - 1], starts[i]));
            }
        }
    }

    int regionCount() {
        return regions.length;
    }

    /** A map of these regions and one more, which on failure stays the caller's. */
    GuestMemory with(GuestRegion added) throws BadMessage {
        var all = new ArrayList<>(List.of(regions));
        all.add(added);
        var memory = new GuestMemory(all);
        for (var region : regions) {
            region.acquire();
        }
        return memory;
    }

    /** A map of these regions but the one at {@code place}. */
    GuestMemory without(GuestPlace place) throws BadMessage {
        var rest = new ArrayList<GuestRegion>();
        for (var region : regions) {
            if (!region.place().isSame(place)) {
                rest.add(region);
            }
        }
        if (rest.size() == regions.length) {
            throw new BadMessage(
                    String.format("no memory region of 0x%x bytes at 0x%x", place.size(), place.guestAddress()));
        }
        var memory = new GuestMemory(rest);
        rest.forEach(GuestRegion::acquire);
        return memory;
    }

    /**
     * The region that a guest address is in, or {@link #NOWHERE}.
     *
     * @param hint the region to try first: that of the address before
     */
    int find(long guestAddress, int hint) {
        if (hint >= 0 && hint < starts.length && guestAddress >= starts[hint] && guestAddress < ends[hint]) {
            return hint;
        }
        var at = Arrays.binarySearch(starts, guestAddress);
        var region = at >= 0 ? at : -at - 2;
        return region >= 0 && guestAddress < ends[region] ? region : NOWHERE;
    }

    /** The address in this process of a guest address that {@link #find} has found in {@code region}. */
    long host(int region, long guestAddress) {
        return hosts[region] + (guestAddress - starts[region]);
    }

    /** Bytes from a guest address to the end of its region. */
    long left(int region, long guestAddress) {
        return ends[region] - guestAddress;
    }

    /** Appends a guest range, which may pass from one region to the next; false when it is not all there or too long. */
    boolean append(Iovecs list, long guestAddress, long length, int firstRegion) {
        var address = guestAddress;
        var left = length;
        var region = firstRegion;
        while (left > 0) {
            region = find(address, region);
            if (region == NOWHERE) {
                return false;
            }
            var part = Math.min(left, left(region, address));
            if (!list.add(host(region, address), part)) {
                return false;
            }
            address += part;
            left -= part;
        }
        return true;
    }

    /** The address in this process of a range at the front end's {@code userAddress}, within one region; 0 if none. */
    long hostOfUser(long userAddress, long length) {
        for (var region : regions) {
            var offset = userAddress - region.place().userAddress();
            if (offset >= 0
                    && offset < region.place().size()
                    && length <= region.place().size() - offset) {
                return region.host() + offset;
            }
        }
        return 0;
    }

    void acquire() {
        uses.incrementAndGet();
    }

    /** Ends a use; the last one ends the use of the regions. */
    void release(Syscalls syscalls) {
        if (uses.decrementAndGet() == 0) {
            for (var region : regions) {
                region.release(syscalls);
            }
        }
    }
}
