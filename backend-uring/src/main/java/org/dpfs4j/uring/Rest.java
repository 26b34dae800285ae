package org.dpfs4j.uring;

import org.dpfs4j.memory.IovecPool;
import org.dpfs4j.memory.Iovecs;

/** The part of a scatter list that a short transfer left over. Rare enough to be made when it is needed. */
final class Rest implements AutoCloseable {
    private final IovecPool pool = new IovecPool();
    private final Iovecs part = new Iovecs(pool);

    /** What is left of {@code whole} behind its first {@code done} bytes. */
    Iovecs of(Iovecs whole, long done) {
        part.slice(whole, done, whole.sizeBytes() - done);
        return part;
    }

    @Override
    public void close() {
        part.close();
        pool.close();
    }
}
