package org.dpfs4j.nfs;

import java.util.concurrent.atomic.AtomicReference;

/**
 * A directory that the guest has open: what the server wants to hear again when it is read on, and what it sent that the
 * guest has not asked for yet.
 */
final class OpenDirectory implements OpenThing {
    private final NfsNode node;
    private final AtomicReference<DirectoryPart> rest = new AtomicReference<>();
    private volatile long verifier;
    private volatile boolean flipped;

    OpenDirectory(NfsNode node) {
        this.node = node;
    }

    NfsNode node() {
        return node;
    }

    long verifier() {
        return verifier;
    }

    void verifier(long given) {
        verifier = given;
    }

    /** Takes what goes on behind a cookie; null when nothing is kept. One caller gets it. */
    DirectoryPart take(long cookie, boolean plus) {
        var part = rest.getAndSet(null);
        return part != null && part.plus() == plus && part.after() == cookie ? part : null;
    }

    void keep(DirectoryPart part) {
        rest.set(part);
    }

    /**
     * A server's cookie as the guest sees it. A guest's offsets are signed, and some servers use the other half of the
     * numbers: in such a directory the highest bit is turned.
     */
    long toGuest(long cookie) {
        if (cookie < 0 && !flipped) {
            flipped = true;
        }
        return flipped ? cookie ^ Long.MIN_VALUE : cookie;
    }

    /** A guest's offset as the server gave it. */
    long toServer(long cookie) {
        return flipped ? cookie ^ Long.MIN_VALUE : cookie;
    }
}
