package org.dpfs4j.vhostuser;

/** A control message that is refused, in one sentence for the operator. */
final class BadMessage extends Exception {
    private static final long serialVersionUID = 1L;

    BadMessage(String message) {
        super(message);
    }
}
