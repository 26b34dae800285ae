package org.dpfs4j.nfs;

import org.dpfs4j.nfs.v4.OpenOps;
import org.dpfs4j.nfs.v4.OpenState;
import org.dpfs4j.wire.OpenFlags;

/** A file that the guest has open. Several lanes use it. */
final class OpenFile implements OpenThing {
    private final NfsNode node;
    private final OpenState state;
    private final int flags;
    private int errorsSeen;

    /** A file opened with these flags of the server's ABI. */
    OpenFile(NfsNode node, OpenState state, int flags) {
        this.node = node;
        this.state = state;
        this.flags = flags;
        errorsSeen = errors();
    }

    private int errors() {
        return node.uncommitted() == null ? 0 : node.uncommitted().errors();
    }

    /** Why data was lost since this was asked last, or since the file was opened; 0: none was. */
    synchronized int takeError() {
        var now = errors();
        if (now == errorsSeen) {
            return 0;
        }
        errorsSeen = now;
        return node.uncommitted().errorStatus();
    }

    NfsNode node() {
        return node;
    }

    /** What the server holds for it. */
    OpenState state() {
        return state;
    }

    boolean readable() {
        return (state.access() & OpenOps.READ) != 0;
    }

    boolean writable() {
        return (state.access() & OpenOps.WRITE) != 0;
    }

    boolean appends() {
        return (flags & OpenFlags.APPEND) != 0;
    }

    /** Whether each write shall be durable before it is answered. */
    boolean writesThrough() {
        return (flags & OpenFlags.DSYNC) != 0;
    }

    /** What the server is told of access. */
    static int access(int flags) {
        return switch (flags & OpenFlags.ACCESS_MODE) {
            case OpenFlags.WRONLY -> OpenOps.WRITE;
            case OpenFlags.RDWR -> OpenOps.READ | OpenOps.WRITE;
            default -> OpenOps.READ;
        };
    }
}
