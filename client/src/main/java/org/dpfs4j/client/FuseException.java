package org.dpfs4j.client;

import java.io.IOException;
import org.dpfs4j.wire.Errno;

/** A request that was answered with an error. */
public final class FuseException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Errno errno;

    /** An error answered to {@code request}, which is for people. */
    public FuseException(String request, Errno errno) {
        super(request + ": " + errno);
        this.errno = errno;
    }

    /** The error. */
    public Errno errno() {
        return errno;
    }
}
