package org.dpfs4j.nfs;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.nfs.rpc.XdrReader;

/** Entries of a directory as the server sent them, copied, with a place up to which they have been used. */
final class DirectoryPart {
    private final MemorySegment memory;
    private final XdrReader in = new XdrReader();
    private final boolean plus;
    private long after;

    /** A copy of what {@code from} has left; the entries behind {@code cookie}. */
    DirectoryPart(XdrReader from, long cookie, boolean plus) {
        this.plus = plus;
        after = cookie;
        var bytes = from.remaining();
        memory = Arena.ofAuto().allocate(Math.max(1, bytes));
        Memory.copy(from.getFixed(bytes & ~3), memory.address(), bytes);
        in.wrap(memory.address(), bytes);
    }

    XdrReader in() {
        return in;
    }

    /** Whether entries have all their attributes. */
    boolean plus() {
        return plus;
    }

    /** The server's cookie behind which it goes on. */
    long after() {
        return after;
    }

    void after(long cookie) {
        after = cookie;
    }
}
