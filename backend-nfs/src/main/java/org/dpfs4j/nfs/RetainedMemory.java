package org.dpfs4j.nfs;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.dpfs4j.memory.Memory;

/**
 * Memory for data that a server has taken and may still lose, of which a share has a limited amount. Any thread. Pieces of
 * the sizes that guests write are kept for the next ones, few of them when none is in use: the system's own allocator gives
 * back such memory and asks for it anew, each page of it by a fault.
 */
final class RetainedMemory {
    /** Sizes that are kept: powers of two from 4 KiB to 1 MiB. */
    private static final int LEAST_SHIFT = 12;

    private static final int MOST_SHIFT = 20;

    /** What is kept of them for whoever writes and syncs in turn. */
    static final long IDLE_BYTES = 4 << 20;

    private final long bytesMax;
    private final AtomicLong used = new AtomicLong();
    private final Spare[] spares = new Spare[MOST_SHIFT - LEAST_SHIFT + 1];
    private long spareBytes;

    /** Pieces of one size that nobody uses. */
    private static final class Spare {
        private long[] addresses = new long[64];
        private int count;

        long take() {
            return count > 0 ? addresses[--count] : 0;
        }

        void add(long address) {
            if (count == addresses.length) {
                addresses = Arrays.copyOf(addresses, 2 * count);
            }
            addresses[count++] = address;
        }

        void freeAll() {
            while (count > 0) {
                Memory.free(addresses[--count]);
            }
        }
    }

    RetainedMemory(long bytesMax) {
        this.bytesMax = bytesMax;
        Arrays.setAll(spares, _ -> new Spare());
    }

    /** Sets memory aside; false when there is not enough, and the data has to be durable at once. */
    boolean reserve(long bytes) {
        var now = used.addAndGet(bytes);
        if (now > bytesMax) {
            giveBack(bytes);
            return false;
        }
        return true;
    }

    /** Takes more even when there is not enough: a part of what is given back next. */
    void add(long bytes) {
        used.addAndGet(bytes);
    }

    /** Gives back what was set aside and not used. */
    void giveBack(long bytes) {
        if (used.addAndGet(-bytes) == 0) {
            rest();
        }
    }

    private synchronized void rest() {
        if (spareBytes > IDLE_BYTES) {
            freeSpares();
        }
    }

    /** Memory that was set aside before, to be written to at once. */
    long allocate(long bytes) {
        var spare = spare(bytes);
        if (spare == null) {
            return Memory.allocateUnwritten(bytes);
        }
        synchronized (this) {
            var address = spare.take();
            if (address != 0) {
                spareBytes -= bytes;
                return address;
            }
            if (spareBytes + used.get() > bytesMax) {
                freeSpares();
            }
        }
        return Memory.allocateUnwritten(bytes);
    }

    /** Frees memory, and gives back what it was of. */
    void free(long address, long bytes) {
        var spare = spare(bytes);
        if (spare == null) {
            Memory.free(address);
        } else {
            synchronized (this) {
                spare.add(address);
                spareBytes += bytes;
            }
        }
        giveBack(bytes);
    }

    private Spare spare(long bytes) {
        var shift = Long.numberOfTrailingZeros(bytes);
        return bytes == 1L << shift && shift >= LEAST_SHIFT && shift <= MOST_SHIFT ? spares[shift - LEAST_SHIFT] : null;
    }

    private void freeSpares() {
        for (var spare : spares) {
            spare.freeAll();
        }
        spareBytes = 0;
    }

    /** Whether so much is used that it is time to make data durable. */
    boolean isHalfFull() {
        return used.get() > bytesMax / 2;
    }

    /** Bytes in use. */
    long usedBytes() {
        return used.get();
    }

    /** Bytes of memory that nobody uses and that is kept. */
    synchronized long spareBytes() {
        return spareBytes;
    }
}
