package org.dpfs4j.io;

/** A wait for a descriptor to become readable, on one lane. The descriptor stays open until the wait has let go. */
public interface Readiness extends AutoCloseable {
    /** Asks to be told once, after a read that found nothing (EAGAIN); again before that is harmless. */
    void arm();

    /** Nothing is told any more; again is harmless. */
    @Override
    void close();
}
