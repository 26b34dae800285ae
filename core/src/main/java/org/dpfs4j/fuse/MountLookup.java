package org.dpfs4j.fuse;

import java.lang.foreign.MemorySegment;
import org.dpfs4j.fs.AttrReply;
import org.dpfs4j.fs.Deferred;
import org.dpfs4j.fs.Waiting;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.wire.AttrFlags;
import org.dpfs4j.wire.AttrOut;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.GetattrIn;
import org.dpfs4j.wire.Protocol;
import org.dpfs4j.wire.Request;

/** Makes a LOOKUP's entry of the attributes of a mount's root. */
final class MountLookup implements AttrReply {
    /** A GETATTR of the root node, without a handle; never changes. */
    private static final MemorySegment REQUEST = rootGetattr();

    private final Slot lookup;
    private final AttrOut attr = new AttrOut(MemorySegment.ofArray(new long[AttrOut.BYTES / Long.BYTES]), 0);

    MountLookup(Slot lookup) {
        this.lookup = lookup;
    }

    private static MemorySegment rootGetattr() {
        var bytes = Request.BODY + GetattrIn.LAYOUT.byteSize();
        var memory = Memory.at(Memory.allocate(bytes), bytes);
        new Request(memory).idAt(Request.NODE_ID, Protocol.ROOT_ID);
        return memory;
    }

    static MemorySegment request() {
        return REQUEST;
    }

    @Override
    public AttrOut attr() {
        return attr;
    }

    @Override
    public void ok() {
        attr.attr().flags(attr.attr().flags() | AttrFlags.SUBMOUNT);
        lookup.entry()
                .nodeId(Protocol.ROOT_ID)
                .entryTimeoutNanos(attr.attrTimeoutNanos())
                .attrTimeoutNanos(attr.attrTimeoutNanos())
                .attr()
                .copy(attr.attr());
        lookup.ok();
    }

    @Override
    public void fail(Errno errno) {
        lookup.fail(errno);
    }

    @Override
    public Deferred defer() {
        return lookup.defer();
    }

    @Override
    public Deferred park(Waiting waiting) {
        return lookup.park(waiting);
    }

    @Override
    public void broken(Throwable cause) {
        lookup.broken(cause);
    }
}
