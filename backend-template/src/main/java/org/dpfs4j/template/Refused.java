package org.dpfs4j.template;

import org.dpfs4j.wire.Errno;

/** A request cannot be done; {@link MemoryFileSystem} answers its error. Carries no stack trace: it is an answer, not a fault. */
final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Errno errno;

    Refused(Errno errno) {
        super(errno.name(), null, false, false);
        this.errno = errno;
    }

    Errno errno() {
        return errno;
    }
}
