package org.dpfs4j.nfs;

import java.util.concurrent.atomic.AtomicLong;
import org.dpfs4j.memory.Memory;

/** Memory for data that a server has taken and may still lose, of which a share has a limited amount. Any thread. */
final class RetainedMemory {
    private final long bytesMax;
    private final AtomicLong used = new AtomicLong();

    RetainedMemory(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** Sets memory aside; false when there is not enough, and the data has to be durable at once. */
    boolean reserve(long bytes) {
        var now = used.addAndGet(bytes);
        if (now > bytesMax) {
            used.addAndGet(-bytes);
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
        used.addAndGet(-bytes);
    }

    /** Memory that was set aside before. */
    static long allocate(long bytes) {
        return Memory.allocate(bytes);
    }

    /** Frees memory, and gives back what it was of. */
    void free(long address, long bytes) {
        Memory.free(address);
        giveBack(bytes);
    }

    /** Whether so much is used that it is time to make data durable. */
    boolean isHalfFull() {
        return used.get() > bytesMax / 2;
    }

    /** Bytes in use. */
    long usedBytes() {
        return used.get();
    }
}
