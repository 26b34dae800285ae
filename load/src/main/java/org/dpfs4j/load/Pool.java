package org.dpfs4j.load;

import java.util.Random;
import org.dpfs4j.client.GuestRam;

/** Guest memory for the requests of a case, taken in one piece and used again by the next case. One thread. */
final class Pool {
    /** A page of the guest: the unit in which its page cache is scattered. */
    static final int PAGE = 4096;

    private final long begin;
    private final long end;
    private final long toHost;
    private long next;

    /** Takes {@code bytes} of {@code ram}. */
    Pool(GuestRam ram, long bytes) {
        begin = ram.allocate(bytes, PAGE);
        end = begin + bytes;
        toHost = ram.host(begin) - begin;
        next = begin;
    }

    /** Forgets everything that was taken. */
    void reset() {
        next = begin;
    }

    /**
     * Guest address of {@code bytes} that nobody else has.
     *
     * @param alignment a power of two
     * @throws IllegalStateException when the pool is used up
     */
    long take(long bytes, int alignment) {
        var at = next + alignment - 1 & -alignment;
        if (at + bytes > end) {
            throw new IllegalStateException("the guest has no memory left for this many requests");
        }
        next = at + bytes;
        return at;
    }

    /** {@code count} pages, none beside the one before, as a page cache has them. */
    Pages pages(int count, Random random) {
        var first = take((long) count * PAGE, PAGE);
        var pages = new long[count];
        for (int i = 0; i < count; i++) {
            var other = random.nextInt(i + 1);
            pages[i] = pages[other];
            pages[other] = first + (long) i * PAGE;
        }
        return new Pages(pages);
    }

    /** Where a guest address is in this process. */
    long host(long guest) {
        return guest + toHost;
    }
}
