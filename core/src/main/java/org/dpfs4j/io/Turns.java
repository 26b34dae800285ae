package org.dpfs4j.io;

import java.util.ArrayDeque;
import java.util.IdentityHashMap;

/**
 * Which blocking call begins next: lines take turns, each in the order of its calls, as long as neither the line nor its
 * source has its share of threads. Every step takes a time that does not depend on what others have waiting. Not
 * thread-safe.
 *
 * <pre>
 *   a line with calls is   ready                  it has a turn to come
 *                          held by its source     until one of the source's calls has ended
 *                          nowhere                until one of its own calls has ended
 * </pre>
 */
final class Turns {
    private final ArrayDeque<Line> ready = new ArrayDeque<>();

    /** The youngest waiting call of each owner. */
    private final IdentityHashMap<Owner, Call> youngest = new IdentityHashMap<>();

    private int waiting;

    /** How many calls wait. */
    int waiting() {
        return waiting;
    }

    /** Whether {@link #take} would find a call. */
    boolean isReady() {
        for (var line = ready.peek(); line != null; line = ready.peek()) {
            if (line.source.running < Source.THREADS_MAX) {
                return true;
            }
            ready.poll();
            line.place = null;
            place(line);
        }
        return false;
    }

    void add(Call call) {
        call.line.append(call);
        var elder = youngest.put(call.owner, call);
        if (elder != null) {
            call.elder = elder;
            elder.younger = call;
        }
        waiting++;
        place(call.line);
    }

    /** The call to begin now, which counts as running until {@link #ended}; null when none may. */
    Call take() {
        if (!isReady()) {
            return null;
        }
        var line = ready.poll();
        line.place = null;
        var call = line.first;
        leave(call);
        line.running++;
        line.source.running++;
        place(line);
        return call;
    }

    void ended(Call call) {
        var line = call.line;
        line.running--;
        line.source.running--;
        var other = line.source.held.poll();
        if (other != null) {
            other.place = null;
            place(other);
        }
        place(line);
    }

    /** Takes back one of the calls of an owner that have not begun, the youngest; null when there is none. */
    Call remove(Owner owner) {
        var call = youngest.get(owner);
        if (call == null) {
            return null;
        }
        leave(call);
        var line = call.line;
        if (line.first == null && line.place != null) {
            line.place.remove(line);
            line.place = null;
        }
        return call;
    }

    private void leave(Call call) {
        call.line.remove(call);
        if (call.younger != null) {
            call.younger.elder = call.elder;
        } else if (call.elder != null) {
            youngest.put(call.owner, call.elder);
        } else {
            youngest.remove(call.owner);
        }
        if (call.elder != null) {
            call.elder.younger = call.younger;
        }
        call.younger = null;
        call.elder = null;
        waiting--;
    }

    /** Puts a line with calls where it belongs, unless it stands somewhere. */
    private void place(Line line) {
        if (line.first == null || line.place != null || line.running == Line.THREADS_MAX) {
            return;
        }
        line.place = line.source.running == Source.THREADS_MAX ? line.source.held : ready;
        line.place.add(line);
    }
}
