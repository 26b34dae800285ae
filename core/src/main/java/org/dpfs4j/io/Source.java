package org.dpfs4j.io;

import java.util.ArrayDeque;

/**
 * What blocking calls wait for: a disk, another machine. Only so many threads are at calls of one source at once, so that
 * one that does not answer leaves threads to the others. What it keeps belongs to {@link Turns}.
 */
public final class Source {
    /** Threads that calls of one source have at most. */
    public static final int THREADS_MAX = 6;

    /** Lines that could go on but for the threads of others who wait for this source. */
    final ArrayDeque<Line> held = new ArrayDeque<>();

    int running;

    /** A source that nobody waits for yet. */
    public Source() {}
}
