package org.dpfs4j.nfs;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.dpfs4j.fs.EntryReply;
import org.dpfs4j.fs.HandleTable;
import org.dpfs4j.fs.NodeTable;
import org.dpfs4j.fs.Reply;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.nfs.rpc.Credential;
import org.dpfs4j.nfs.v4.AttributeChanges;
import org.dpfs4j.nfs.v4.Attributes;
import org.dpfs4j.nfs.v4.Call;
import org.dpfs4j.nfs.v4.FileHandle;
import org.dpfs4j.nfs.v4.LaneSession;
import org.dpfs4j.nfs.v4.Results;
import org.dpfs4j.nfs.v4.Status;
import org.dpfs4j.wire.AttrFlags;
import org.dpfs4j.wire.AttrOut;
import org.dpfs4j.wire.EntryOut;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.Extensions;
import org.dpfs4j.wire.InitFlags;
import org.dpfs4j.wire.Name;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.Request;
import org.dpfs4j.wire.Statx;

/** A share as one lane sees it, and what the lane's operations have in common: tables, scratch to read into, answers. */
final class LaneMount {
    /** What programs are told to read and write at least. */
    private static final int BLOCK_MIN = 4096;

    private final NfsShare share;
    private final LaneSession session;
    private final long negotiated;
    private final Credentials credentials;
    private final Attributes attributes = new Attributes();
    private final FileHandle handle = new FileHandle();
    private final AttributeChanges changes = new AttributeChanges();
    private final long attrNanos;
    private final long entryNanos;
    private final int blockBytes;

    LaneMount(NfsShare share, LaneSession session, long negotiated) {
        this.share = share;
        this.session = session;
        this.negotiated = negotiated;
        credentials = new Credentials(share.config().callers());
        attrNanos = share.config().times().attr().toNanos();
        entryNanos = share.config().times().entry().toNanos();
        blockBytes = Math.max(BLOCK_MIN, share.facts().writeBytes());
    }

    NfsShare share() {
        return share;
    }

    LaneSession session() {
        return session;
    }

    NodeTable<FileHandle, NfsNode> nodes() {
        return share.nodes();
    }

    HandleTable<OpenThing> handles() {
        return share.handles();
    }

    /** Attributes that were read last. */
    Attributes attributes() {
        return attributes;
    }

    /** A file handle that was read last. */
    FileHandle handle() {
        return handle;
    }

    /** Attributes to set, of nothing. */
    AttributeChanges changes() {
        return changes.clear();
    }

    /** The flags of a guest's open in our own ABI. */
    int flags(int guestFlags) {
        return OpenFlags.toServer(share.tenant().clientArch(), guestFlags);
    }

    /** Who a request comes from. */
    Credential credential(Request in) {
        return credentials.of(in.uid(), in.gid(), Credentials.NO_GROUP);
    }

    /** Who makes something: the guest may name one group more of theirs, that of the parent directory. */
    Credential credential(Request in, Extensions extensions) {
        var named = (negotiated & InitFlags.CREATE_SUPP_GROUP) != 0;
        return credentials.of(in.uid(), in.gid(), named ? (int) extensions.suppGroup() : Credentials.NO_GROUP);
    }

    /** A COMPOUND for who asks, about a file. */
    Call call(Request in, NfsNode node) {
        var call = session.call(credential(in));
        call.putfh(node.handle());
        return call;
    }

    /** The node that a request is about; null when it is not known, and the request was refused. */
    NfsNode node(long id, Reply reply) {
        var node = share.nodes().get(id);
        if (node == null) {
            reply.fail(Errno.ESTALE);
        }
        return node;
    }

    /** The same, for one that must be a directory. */
    NfsNode directory(long id, Reply reply) {
        var node = node(id, reply);
        if (node != null && !node.isDirectory()) {
            reply.fail(Errno.ENOTDIR);
            return null;
        }
        return node;
    }

    /** The open file of a handle; null when there is none, and the request was refused. */
    OpenFile file(long number, Reply reply) {
        switch (share.handles().get(number)) {
            case OpenFile file -> {
                return file;
            }
            case OpenDirectory _ -> reply.fail(Errno.EISDIR);
            case null -> reply.fail(Errno.EBADF);
        }
        return null;
    }

    /** Answers what the server answered instead of doing it. */
    static void fail(Reply reply, Results results) {
        fail(reply, results.status());
    }

    static void fail(Reply reply, int status) {
        reply.fail(Status.errno(status));
    }

    /** The node for what was read into {@link #handle} and {@link #attributes}, with one lookup more; null: too many. */
    NfsNode lookedUp() {
        return lookedUp(handle);
    }

    NfsNode lookedUp(FileHandle found) {
        var known = share.nodes().find(found);
        if (known == null) {
            var kept = found.copy();
            known = share.nodes().lookup(kept, new NfsNode(kept, attributes));
        }
        if (known != null) {
            known.linkCount(attributes.linkCount());
        }
        return known;
    }

    /** What was read, when it is a file that the server may have lost data of; else null. */
    NfsNode suspect() {
        if (!share.hasSuspects()) {
            return null;
        }
        for (var dirty : share.dirty()) {
            if (Commits.isSuspect(dirty) && dirty.handle().equals(handle)) {
                return dirty;
            }
        }
        return null;
    }

    /** Notes under which name a node was found. */
    static void placed(NfsNode node, long parentId, Name name) {
        var place = node.place();
        if (place == null || place.parentId() != parentId || !name.contentEquals(place.name())) {
            node.place(new NfsNode.Place(parentId, name.bytes()));
        }
    }

    /** As above, where the name is not a request's. */
    void placed(NfsNode node, long parentId, long name, int length) {
        var place = node.place();
        var segment = Memory.at(name, length);
        if (place == null
                || place.parentId() != parentId
                || MemorySegment.ofArray(place.name()).mismatch(segment) != -1) {
            node.place(new NfsNode.Place(parentId, segment.toArray(ValueLayout.JAVA_BYTE)));
        }
    }

    /** Answers with the node that was read; null when there are too many. */
    NfsNode answer(EntryReply reply, long parentId, Name name) {
        var node = lookedUp();
        if (node == null) {
            reply.fail(Errno.ENFILE);
            return null;
        }
        placed(node, parentId, name);
        fill(reply.entry(), node.id());
        reply.ok();
        return node;
    }

    /** Fills in an entry of what was read. */
    void fill(EntryOut entry, long nodeId) {
        entry.nodeId(nodeId).entryTimeoutNanos(entryNanos).attrTimeoutNanos(attrNanos);
        attributes.fill(entry.attr(), blockBytes);
        if (isSubmount()) {
            entry.attr().flags(AttrFlags.SUBMOUNT);
        }
    }

    private boolean isSubmount() {
        return (negotiated & InitFlags.SUBMOUNTS) != 0
                && attributes.isDirectory()
                && attributes.fileId() != attributes.listedFileId();
    }

    /** Fills in attributes that were read of a node. */
    void fill(AttrOut out, NfsNode node) {
        fill(out, node, attributes);
    }

    /** The same of attributes that were read before. */
    void fill(AttrOut out, NfsNode node, Attributes known) {
        out.attrTimeoutNanos(attrNanos);
        known.fill(out.attr(), blockBytes);
        out.attr().linkCount(linkCount(node, known));
    }

    /** The same for a guest that asks for more. */
    void fill(Statx out, NfsNode node) {
        attributes.fill(out, blockBytes);
        out.linkCount(linkCount(node, attributes));
    }

    /** How many names a node has by what was read: not the one that only we know. */
    private static int linkCount(NfsNode node, Attributes known) {
        var links = known.linkCount();
        node.linkCount(links);
        return node.isHidden() ? Math.max(0, links - 1) : links;
    }
}
