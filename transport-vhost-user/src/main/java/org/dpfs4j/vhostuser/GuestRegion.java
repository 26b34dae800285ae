package org.dpfs4j.vhostuser;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.dpfs4j.io.Fd;
import org.dpfs4j.io.Syscall;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.memory.Memory;

/**
 * A region of guest memory mapped into this process: counted, because several memory maps share it, and unmapped by the
 * last. Its file stays open to find out whether a fault was its truncation.
 */
final class GuestRegion {
    /** Mappings begin and end at multiples of this: the largest page of the machines we run on. */
    private static final long GRANULE = 64 * 1024;

    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int STATX_TYPE_AND_SIZE = 0x0201;
    private static final int STATX_MODE = 28;
    private static final int STATX_SIZE = 40;
    private static final int S_IFMT = 0170000;
    private static final int S_IFREG = 0100000;
    private static final long HUGETLBFS_MAGIC = 0x958458f6L;
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED = 1;

    private final GuestPlace place;
    private final Fd file;
    private final long mapping;
    private final long mappingBytes;
    private final long host;
    private final GuestFiles files;
    private final Consumer<Syscalls> truncated;
    private final AtomicInteger uses = new AtomicInteger(1);

    /**
     * Maps a region and takes over its file; on failure the file stays the caller's.
     *
     * @param truncated called from any thread, with its system calls, when the file turns out to be shorter than the region
     */
    GuestRegion(Syscalls syscalls, GuestPlace place, Fd file, GuestFiles files, Consumer<Syscalls> truncated)
            throws BadMessage {
        var end = place.fileOffset() + place.size();
        if (size(syscalls, file) < end) {
            throw new BadMessage("memory region ends at " + end + " of a file of " + size(syscalls, file) + " bytes");
        }
        var granule = granule(syscalls, file);
        var from = place.fileOffset() & -granule;
        var to = end + granule - 1 & -granule;
        var address = syscalls.call(Syscall.MMAP, 0, to - from, PROT_READ_WRITE, MAP_SHARED, file.number(), from);
        if (address < 0 && address > -4096) {
            throw new BadMessage("memory region of " + place.size() + " bytes cannot be mapped: errno " + -address);
        }
        this.place = place;
        this.file = file;
        this.files = files;
        this.truncated = truncated;
        mapping = address;
        mappingBytes = to - from;
        host = address + (place.fileOffset() - from);
        files.add(this);
    }

    /** Bytes of a regular file (memfd, tmpfs and hugetlbfs files are); anything else has none for us. */
    private static long size(Syscalls syscalls, Fd file) {
        var stat = syscalls.scratch();
        var result = syscalls.call(
                Syscall.STATX, file.number(), syscalls.path(""), AT_EMPTY_PATH, STATX_TYPE_AND_SIZE, stat);
        return result == 0 && (Memory.ALL.get(JAVA_SHORT, stat + STATX_MODE) & S_IFMT) == S_IFREG
                ? Memory.ALL.get(JAVA_LONG, stat + STATX_SIZE)
                : -1;
    }

    /** Huge pages can be mapped and unmapped in whole pages only; {@code struct statfs} is type, block size. */
    private static long granule(Syscalls syscalls, Fd file) {
        var stat = syscalls.scratch();
        var huge = syscalls.call(Syscall.FSTATFS, file.number(), stat) == 0
                && Integer.toUnsignedLong(Memory.ALL.get(JAVA_INT, stat)) == HUGETLBFS_MAGIC;
        return huge ? Math.max(GRANULE, Memory.ALL.get(JAVA_LONG, stat + 8)) : GRANULE;
    }

    GuestPlace place() {
        return place;
    }

    /** Where the region begins in this process. */
    long host() {
        return host;
    }

    /** Tells the owner when the file does not reach to the region's end any more; returns whether that is so. */
    boolean checkFile(Syscalls syscalls) {
        if (!file.acquire()) {
            return false;
        }
        var isShort = size(syscalls, file) < place.fileOffset() + place.size();
        file.release();
        if (isShort) {
            truncated.accept(syscalls);
        }
        return isShort;
    }

    void acquire() {
        uses.incrementAndGet();
    }

    /** Ends a use; the last one unmaps. */
    void release(Syscalls syscalls) {
        if (uses.decrementAndGet() == 0) {
            files.remove(this);
            syscalls.call(Syscall.MUNMAP, mapping, mappingBytes);
            file.close();
        }
    }
}
