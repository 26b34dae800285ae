package org.dpfs4j.tck;

import java.util.List;
import org.dpfs4j.wire.Errno;

/**
 * The answer to one request.
 *
 * @param request what was asked, for messages
 * @param error null when it succeeded
 * @param value what was answered; null with an error
 */
public record Answer<T>(String request, Errno error, T value) {
    /** Whether it succeeded. */
    public boolean isOk() {
        return error == null;
    }

    /** What was answered; an error is a failed test. */
    public T ok() {
        if (error != null) {
            throw new AssertionError(request + " answered " + error + ", not success");
        }
        return value;
    }

    /** Expects one of these errors. */
    public void fails(Errno... anyOf) {
        fails(List.of(anyOf));
    }

    /** Expects one of these errors. */
    public void fails(List<Errno> anyOf) {
        if (error == null) {
            throw new AssertionError(request + " succeeded (" + value + "), expected " + anyOf);
        }
        if (!anyOf.contains(error)) {
            throw new AssertionError(request + " answered " + error + ", expected " + anyOf);
        }
    }
}
