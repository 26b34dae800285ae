package org.dpfs4j.io;

import java.util.ArrayDeque;

/**
 * Blocking calls that begin in the order in which they came: those of one device at one {@link Source}. Lines take turns.
 * From any thread; all calls of a line go to the same workers. What it keeps belongs to {@link Turns}.
 */
public final class Line {
    /** Threads that calls of one line have at most. */
    public static final int THREADS_MAX = 4;

    final Source source;
    Call first;
    Call last;
    int running;

    /** The list that it stands in; null when none of its calls may begin. */
    ArrayDeque<Line> place;

    /** An empty line. */
    public Line(Source source) {
        this.source = source;
    }

    void append(Call call) {
        call.before = last;
        if (last == null) {
            first = call;
        } else {
            last.behind = call;
        }
        last = call;
    }

    void remove(Call call) {
        if (call.before == null) {
            first = call.behind;
        } else {
            call.before.behind = call.behind;
        }
        if (call.behind == null) {
            last = call.before;
        } else {
            call.behind.before = call.before;
        }
        call.before = null;
        call.behind = null;
    }
}
