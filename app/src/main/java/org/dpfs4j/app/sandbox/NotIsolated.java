package org.dpfs4j.app.sandbox;

/** A layer of the isolation cannot be had here; the message is half a sentence that says which and why. */
public class NotIsolated extends Exception {
    private static final long serialVersionUID = 1L;

    NotIsolated(String message) {
        super(message);
    }

    NotIsolated(String message, Throwable cause) {
        super(message, cause);
    }
}
