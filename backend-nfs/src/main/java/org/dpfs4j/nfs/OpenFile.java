package org.dpfs4j.nfs;

import org.dpfs4j.nfs.v4.OpenOps;
import org.dpfs4j.nfs.v4.OpenState;
import org.dpfs4j.wire.OpenFlags;

/** A file that the guest has open. Several lanes use it. */
final class OpenFile implements OpenThing {
    private final NfsNode node;
    private final OpenState state;
    private final SharedOpen shared;
    private final long owner;
    private final int flags;
    private int errorsSeen;

    /** A file opened with these flags of the server's ABI. */
    OpenFile(NfsNode node, OpenState state, int flags) {
        this(node, state, null, state.owner(), flags);
    }

    /** A file that others may have open in the same way; {@code owner}: see {@link #owner()}. */
    OpenFile(NfsNode node, SharedOpen shared, long owner, int flags) {
        this(node, shared.state(), shared, owner, flags);
    }

    private OpenFile(NfsNode node, OpenState state, SharedOpen shared, long owner, int flags) {
        this.node = node;
        this.state = state;
        this.shared = shared;
        this.owner = owner;
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

    /** What it shares with others of the guest's open files; null: it has a state of its own. */
    SharedOpen shared() {
        return shared;
    }

    /** A number that no other open file has: who locks through it is another owner than who locks through others. */
    long owner() {
        return owner;
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
