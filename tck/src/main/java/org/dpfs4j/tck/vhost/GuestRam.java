package org.dpfs4j.tck.vhost;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.util.ArrayList;
import java.util.List;
import org.dpfs4j.io.Fd;
import org.dpfs4j.io.Syscall;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.memory.Memory;

/** A guest's memory: regions in memory files, mapped here as a VMM has them mapped. */
public final class GuestRam implements AutoCloseable {
    private static final int MFD_CLOEXEC = 1;
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED = 1;

    /**
     * A region.
     *
     * @param guestAddress where the guest sees it
     * @param userAddress where it is mapped here
     */
    public record Region(long guestAddress, long size, long userAddress, long fileOffset, Fd file) {
        boolean contains(long address) {
            return address >= guestAddress && address < guestAddress + size;
        }
    }

    private final Syscalls syscalls;
    private final List<Region> regions = new ArrayList<>();
    private long next = -1;

    /** Memory without regions. */
    public GuestRam(Syscalls syscalls) {
        this.syscalls = syscalls;
    }

    /** Adds a region of zeroes; the first one is where {@link #allocate} takes from. */
    public Region add(long guestAddress, long size) {
        var file = new Fd((int) syscalls.call(Syscall.MEMFD_CREATE, syscalls.path("guest"), MFD_CLOEXEC));
        syscalls.call(Syscall.FTRUNCATE, file.number(), size);
        var address = syscalls.call(Syscall.MMAP, 0, size, PROT_READ_WRITE, MAP_SHARED, file.number(), 0);
        if (address < 0 && address > -4096) {
            throw new IllegalStateException("mmap: errno " + -address);
        }
        var region = new Region(guestAddress, size, address, 0, file);
        regions.add(region);
        if (next < 0) {
            next = guestAddress;
        }
        return region;
    }

    /** The regions, in the order added. */
    public List<Region> regions() {
        return List.copyOf(regions);
    }

    /** The region that an address is in. */
    public Region region(long guestAddress) {
        return regions.stream()
                .filter(region -> region.contains(guestAddress))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no memory at 0x" + Long.toHexString(guestAddress)));
    }

    /** The address in this process of a guest address. */
    public long host(long guestAddress) {
        var region = region(guestAddress);
        return region.userAddress() + (guestAddress - region.guestAddress());
    }

    /** Memory of the first region, never given back; returns its guest address. */
    public long allocate(long bytes, long alignment) {
        var at = next + alignment - 1 & -alignment;
        next = at + bytes;
        if (!regions.getFirst().contains(next)) {
            throw new IllegalStateException("the guest has no memory left");
        }
        return at;
    }

    /** Writes bytes, which may pass from one region to the next. */
    public void write(long guestAddress, byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            Memory.ALL.set(JAVA_BYTE, host(guestAddress + i), bytes[i]);
        }
    }

    /** Reads bytes, which may pass from one region to the next. */
    public byte[] read(long guestAddress, int length) {
        var bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = Memory.ALL.get(JAVA_BYTE, host(guestAddress + i));
        }
        return bytes;
    }

    /** Cuts a region's file: its pages are gone for everybody. */
    public void truncate(Region region, long size) {
        syscalls.call(Syscall.FTRUNCATE, region.file().number(), size);
    }

    @Override
    public void close() {
        for (var region : regions) {
            syscalls.call(Syscall.MUNMAP, region.userAddress(), region.size());
            region.file().close();
        }
        regions.clear();
    }
}
