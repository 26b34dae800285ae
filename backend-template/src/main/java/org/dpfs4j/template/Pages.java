package org.dpfs4j.template;

import java.util.TreeMap;
import org.dpfs4j.memory.Iovecs;
import org.dpfs4j.memory.Memory;

/** The bytes of a file, in pages of native memory; a page that was never written is a hole. Guarded by the tree's lock. */
final class Pages {
    static final int PAGE_BYTES = 4096;

    private static final long ZEROS = Memory.allocate(PAGE_BYTES);

    private final TreeMap<Long, Long> addresses = new TreeMap<>();
    private long sizeBytes;

    long sizeBytes() {
        return sizeBytes;
    }

    long allocatedBytes() {
        return (long) addresses.size() * PAGE_BYTES;
    }

    /** How many bytes a write of this range would have to allocate. */
    long missingBytes(long offset, long length) {
        var first = offset / PAGE_BYTES;
        var end = (offset + length + PAGE_BYTES - 1) / PAGE_BYTES;
        var present = addresses.subMap(first, end).size();
        return (end - first - present) * PAGE_BYTES;
    }

    /** Copies bytes to {@code target}; returns how many, fewer than have room only at the end of the file. */
    long read(long offset, Iovecs target) {
        var length = Math.max(0, Math.min(target.sizeBytes(), sizeBytes - offset));
        for (long done = 0; done < length; ) {
            var within = (offset + done) % PAGE_BYTES;
            var part = Math.min(PAGE_BYTES - within, length - done);
            var address = addresses.getOrDefault((offset + done) / PAGE_BYTES, ZEROS);
            target.copyIn(done, address + within, part);
            done += part;
        }
        return length;
    }

    /** Copies all of {@code source} to the file. */
    void write(long offset, Iovecs source) {
        var length = source.sizeBytes();
        for (long done = 0; done < length; ) {
            var within = (offset + done) % PAGE_BYTES;
            var part = Math.min(PAGE_BYTES - within, length - done);
            var address = addresses.computeIfAbsent((offset + done) / PAGE_BYTES, page -> Memory.allocate(PAGE_BYTES));
            source.copyOut(done, address + within, part);
            done += part;
        }
        sizeBytes = Math.max(sizeBytes, offset + length);
    }

    /** Cuts or extends the file; what comes back when it grows again is zeros. Returns how many bytes were freed. */
    long resize(long newSize) {
        var before = allocatedBytes();
        var cut = addresses.tailMap((newSize + PAGE_BYTES - 1) / PAGE_BYTES);
        cut.values().forEach(Memory::free);
        cut.clear();
        var last = addresses.get(newSize / PAGE_BYTES);
        if (last != null && newSize < sizeBytes) {
            var within = newSize % PAGE_BYTES;
            Memory.copy(ZEROS, last + within, PAGE_BYTES - within);
        }
        sizeBytes = newSize;
        return before - allocatedBytes();
    }
}
