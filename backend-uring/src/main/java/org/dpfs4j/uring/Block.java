package org.dpfs4j.uring;

import org.dpfs4j.memory.Memory;

/**
 * Memory outside the Java heap for one request. Close it in a {@code try}: an answer is copied to a guest's memory, and where
 * that is gone, the copy throws (law 2).
 */
record Block(long address) implements AutoCloseable {
    /** Zeroed memory. */
    static Block of(long sizeBytes) {
        return new Block(Memory.allocate(sizeBytes));
    }

    /** A name with its NUL. */
    static Block of(String name) {
        var block = of(name.length() + 1L);
        XattrMap.put(name, block.address);
        return block;
    }

    @Override
    public void close() {
        Memory.free(address);
    }
}
