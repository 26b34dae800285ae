package org.dpfs4j.nfs.v4;

import java.util.ArrayDeque;
import java.util.Iterator;

/** Calls of one lane that wait for a slot, in the order in which they came: control, then small requests, then data. */
final class WaitingCalls {
    private final ArrayDeque<Call> control = new ArrayDeque<>();
    private final ArrayDeque<Call> metadata = new ArrayDeque<>();
    private final ArrayDeque<Call> bulk = new ArrayDeque<>();

    private ArrayDeque<Call> of(Call.Kind kind) {
        return switch (kind) {
            case CONTROL -> control;
            case METADATA -> metadata;
            case BULK -> bulk;
        };
    }

    boolean isEmpty(Call.Kind kind) {
        return of(kind).isEmpty();
    }

    void add(Call call) {
        of(call.kind()).addLast(call);
    }

    /** Puts a call before all others of its kind. */
    void addFirst(Call call) {
        of(call.kind()).addFirst(call);
    }

    Call peek(Call.Kind kind) {
        return of(kind).peekFirst();
    }

    void remove(Call.Kind kind) {
        of(kind).removeFirst();
    }

    /** Takes the next call out that has waited since before a time; null when there is none. */
    Call takeOlderThan(long nanos) {
        for (var kind : Call.KINDS) {
            for (Iterator<Call> calls = of(kind).iterator(); calls.hasNext(); ) {
                var call = calls.next();
                if (call.submittedNanos() - nanos < 0) {
                    calls.remove();
                    return call;
                }
            }
        }
        return null;
    }

    /** Takes the next call of a kind out; null when there is none. */
    Call take(Call.Kind kind) {
        return of(kind).pollFirst();
    }

    /** Takes any call out; null when there is none. */
    Call take() {
        for (var kind : Call.KINDS) {
            var call = take(kind);
            if (call != null) {
                return call;
            }
        }
        return null;
    }

    int size() {
        return control.size() + metadata.size() + bulk.size();
    }
}
