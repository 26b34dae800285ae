package org.dpfs4j.nfs.rpc;

/** What a server sent makes no sense: its connection is dropped. Carries no stack trace, for a server may send many. */
public final class Malformed extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Says what is wrong, in a few words for the log. */
    public Malformed(String message) {
        super(message, null, false, false);
    }
}
