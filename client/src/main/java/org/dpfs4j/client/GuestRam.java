package org.dpfs4j.client;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.dpfs4j.io.Fd;
import org.dpfs4j.io.Syscall;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.wire.Errno;

/** A guest's memory: regions in memory files, mapped here as a VMM has them mapped. One thread adds, allocates and closes. */
public final class GuestRam implements AutoCloseable {
    private static final int MFD_CLOEXEC = 1;
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED = 1;

    /**
     * A region.
     *
     * @param guestAddress where the guest sees it
     * @param size in bytes
     * @param userAddress where it is mapped here
     * @param fileOffset where it begins in the file
     * @param file what it is shared by
     */
    public record Region(long guestAddress, long size, long userAddress, long fileOffset, Fd file) {
        boolean contains(long address) {
            return address >= guestAddress && address < guestAddress + size;
        }

        long host(long address) {
            return userAddress + (address - guestAddress);
        }

        /** How many of {@code length} bytes from {@code address} on are in this region. */
        int part(long address, int length) {
            return (int) Math.min(length, guestAddress + size - address);
        }
    }

    private final Syscalls syscalls;
    private final List<Region> regions = new ArrayList<>();
    private long next = -1;

    /** Memory without regions. */
    public GuestRam(Syscalls syscalls) {
        this.syscalls = syscalls;
    }

    /**
     * Adds a region of zeroes; the first one is where {@link #allocate} takes from.
     *
     * @throws UncheckedIOException when the system has no memory for it
     */
    public Region add(long guestAddress, long size) {
        var file = new Fd(
                (int) had("memfd_create", syscalls.call(Syscall.MEMFD_CREATE, syscalls.path("guest"), MFD_CLOEXEC)));
        long address;
        try {
            had("ftruncate", syscalls.call(Syscall.FTRUNCATE, file.number(), size));
            address = had("mmap", syscalls.call(Syscall.MMAP, 0, size, PROT_READ_WRITE, MAP_SHARED, file.number(), 0));
        } catch (UncheckedIOException e) {
            file.close();
            throw e;
        }
        var region = new Region(guestAddress, size, address, 0, file);
        regions.add(region);
        if (next < 0) {
            next = guestAddress;
        }
        return region;
    }

    private static long had(String call, long result) {
        if (result < 0) {
            throw new UncheckedIOException(new IOException(call + ": " + Errno.of((int) -result)));
        }
        return result;
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
        return region(guestAddress).host(guestAddress);
    }

    /**
     * Takes memory of the first region, never given back.
     *
     * @param alignment of the address, a power of two
     * @return its guest address
     * @throws IllegalStateException when none is left
     */
    public long allocate(long bytes, long alignment) {
        var at = next + alignment - 1 & -alignment;
        if (!regions.getFirst().contains(at + bytes)) {
            throw new IllegalStateException("the guest has no memory left");
        }
        next = at + bytes;
        return at;
    }

    /** Writes bytes, which may pass from one region to the next. */
    public void write(long guestAddress, byte[] bytes) {
        for (int done = 0, part; done < bytes.length; done += part) {
            var region = region(guestAddress + done);
            part = region.part(guestAddress + done, bytes.length - done);
            MemorySegment.copy(bytes, done, Memory.ALL, JAVA_BYTE, region.host(guestAddress + done), part);
        }
    }

    /** Reads bytes, which may pass from one region to the next. */
    public byte[] read(long guestAddress, int length) {
        var bytes = new byte[length];
        for (int done = 0, part; done < length; done += part) {
            var region = region(guestAddress + done);
            part = region.part(guestAddress + done, length - done);
            MemorySegment.copy(Memory.ALL, JAVA_BYTE, region.host(guestAddress + done), bytes, done, part);
        }
        return bytes;
    }

    /** Memory of this process where a range within one region is. */
    public MemorySegment at(long guestAddress, long length) {
        return Memory.at(host(guestAddress), length);
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
