package org.dpfs4j.uring;

import org.dpfs4j.io.Fd;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.Statx;

/** A file with a descriptor on its way into the table of {@link Nodes}; used once. */
final class Entering {
    private final Nodes nodes;
    private final FileCalls calls;
    private final Statx statx;
    private final long device;
    private int fd;
    private Fd lent;
    private Nodes.Room room;
    private boolean kept;

    /** Of an O_PATH descriptor, which is kept or closed. */
    Entering(Nodes nodes, FileCalls calls, int fd, Nodes.Room room) {
        this(nodes, calls, fd, null, room);
    }

    /** Of an open file, which lends its descriptor. */
    Entering(Nodes nodes, FileCalls calls, Fd lent, Nodes.Room room) {
        this(nodes, calls, lent.number(), lent, room);
    }

    private Entering(Nodes nodes, FileCalls calls, int fd, Fd lent, Nodes.Room room) {
        this.nodes = nodes;
        this.calls = calls;
        this.fd = fd;
        this.lent = lent;
        this.room = room;
        statx = calls.statx();
        device = FileKey.device(statx);
    }

    long enter() {
        while (true) {
            var id = nodes.index.found(device, statx.ino(), statx.mountId());
            if (id == 0) {
                var entered = enterFresh();
                if (entered != 0) {
                    return entered;
                }
            } else if (isFileOf(id)) {
                return id;
            } else {
                dropKey(id);
            }
        }
    }

    /** Whether a node, of which a lookup was counted, is this very file; then it may have the descriptor. */
    private boolean isFileOf(long id) {
        if (nodes.isOpen(id)) {
            return true;
        }
        if (calls.handle(fd) < 0 || !nodes.memory.isHandle(nodes.memory.index(id), calls.handleAddress())) {
            return false;
        }
        install(id, nodes.mounts.get(statx.mountId(), device));
        return true;
    }

    private void install(long id, HostMount host) {
        if (host == null) {
            return;
        }
        if (lent != null) {
            nodes.hot.install(calls, FileNode.lent(id, lent, statx.mode(), FileKey.mount(statx), host));
            return;
        }
        var node = node(id, host, false);
        kept = true;
        if (nodes.hot.install(calls, node) != node) {
            node.fd().close();
        }
    }

    /** What stays longer than the file is open is not lent. */
    private int stopBorrowing() {
        var name = calls.reopen(fd, OpenFlags.PATH);
        if (name >= 0) {
            fd = name;
            lent = null;
        }
        return name;
    }

    private FileNode node(long id, HostMount host, boolean pinned) {
        return new FileNode(id, new Fd(fd, host.line()), statx.mode(), FileKey.mount(statx), host, pinned);
    }

    /** Returns the new node's id, a negated errno, or 0 when another lane was quicker. */
    private long enterFresh() {
        var host = nodes.mounts.join(calls, fd, statx);
        if (host == null) {
            return -Errno.EOPNOTSUPP.code();
        }
        var handle = host.byHandle() && calls.handle(fd) >= 0 ? calls.handleAddress() : 0;
        var own = handle == 0 && lent != null ? stopBorrowing() : fd;
        if (own < 0) {
            nodes.mounts.leave(statx.mountId(), device);
            return own;
        }
        var entry = allocate(handle == 0);
        if (entry == NodeMemory.NONE) {
            nodes.mounts.leave(statx.mountId(), device);
            return -Errno.ENFILE.code();
        }
        nodes.memory.fill(entry, device, statx.ino(), statx.mountId(), statx.mode(), handle);
        var id = nodes.memory.id(entry);
        var pinned = handle == 0 ? node(id, host, true) : null;
        kept = pinned != null && nodes.hot.place(pinned);
        if (pinned != null && !kept) {
            return -Errno.ESTALE.code();
        }
        var other = nodes.index.enter(entry);
        if (other == 0) {
            if (pinned == null) {
                install(id, host);
            }
            return id;
        }
        var same = pinned == null ? isFileOf(other) : nodes.isOpen(other);
        if (pinned != null && nodes.hot.takeBack(pinned)) {
            // Not by its number, nor used again: a guest that has foreseen the id may hold it.
            pinned.fd().close();
        }
        nodes.memory.free(entry);
        nodes.mounts.leave(statx.mountId(), device);
        if (same) {
            return other;
        }
        dropKey(other);
        return pinned == null ? 0 : -Errno.ESTALE.code();
    }

    /** The inode number belongs to another file by now. The old one is found by its id only; its lookup is taken back. */
    private void dropKey(long id) {
        nodes.index.remove(nodes.memory.index(id));
        nodes.takeBack(id);
    }

    /** Takes an entry, and a descriptor that stays, out of what was reserved or is free. */
    private int allocate(boolean pinned) {
        if (pinned && room != Nodes.Room.ENTRY_AND_DESCRIPTOR && !nodes.account.pin()) {
            return NodeMemory.NONE;
        }
        if (!pinned && room == Nodes.Room.ENTRY_AND_DESCRIPTOR) {
            nodes.account.unpin();
        }
        var reserved = room != Nodes.Room.NONE;
        room = Nodes.Room.NONE;
        var entry = nodes.memory.allocate(reserved);
        if (entry == NodeMemory.NONE && nodes.expireOne()) {
            entry = nodes.memory.allocate(false);
        }
        if (entry == NodeMemory.NONE && pinned) {
            nodes.account.unpin();
        }
        return entry;
    }

    void end() {
        if (!kept && lent == null) {
            calls.close(fd);
        }
        nodes.unreserve(room);
    }
}
