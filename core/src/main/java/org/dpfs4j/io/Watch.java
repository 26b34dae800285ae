package org.dpfs4j.io;

/** A watched eventfd; ends with {@link #close}, on the lane. The descriptor stays open until the watch has let go. */
public interface Watch extends AutoCloseable {
    /** Signals are not reported any more; again is harmless. */
    @Override
    void close();
}
