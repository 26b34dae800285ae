package org.dpfs4j.uring;

import java.util.concurrent.ConcurrentLinkedQueue;
import org.dpfs4j.fs.HandleTable;
import org.dpfs4j.fs.NodeTable;
import org.dpfs4j.io.Fd;
import org.dpfs4j.wire.AttrOut;
import org.dpfs4j.wire.ClientArch;
import org.dpfs4j.wire.EntryOut;
import org.dpfs4j.wire.Errno;

/** What the lanes of a device share: the nodes its guest knows and what it has open. Used by all of them at once. */
record Tree(
        UringConfig config,
        ClientArch clientArch,
        Volumes volumes,
        NodeTable<FileKey, FileNode> nodes,
        ConcurrentLinkedQueue<FileNode> dead,
        HandleTable<Handle> handles) {
    /**
     * A tree with a root. Forgotten nodes go to {@code dead}, and the lane that forgot them closes them; what was found and
     * not needed is closed at once.
     */
    static Tree of(UringConfig config, ClientArch clientArch, Volumes volumes, FileNode root) {
        var dead = new ConcurrentLinkedQueue<FileNode>();
        var nodes = new NodeTable<FileKey, FileNode>(root, config.budget().nodesMax(), node -> drop(node, dead));
        return new Tree(
                config,
                clientArch,
                volumes,
                nodes,
                dead,
                new HandleTable<>(config.budget().handlesMax()));
    }

    private static void drop(FileNode node, ConcurrentLinkedQueue<FileNode> dead) {
        if (node.wasEntered()) {
            dead.add(node);
        } else {
            node.fd().close();
        }
    }

    /** Closes everything the guest knows and has open. */
    void close() {
        handles.close(handle -> handle.fd().close());
        nodes.close();
        for (var node = dead.poll(); node != null; node = dead.poll()) {
            node.fd().close();
        }
    }

    /**
     * Enters what was just found, counts a lookup of it and fills in the entry.
     *
     * @param fd an O_PATH descriptor, which the tree keeps or closes
     * @param fresh whether its attributes were read a moment ago, so that what this machine knows of them is enough
     * @return 0, or a negated errno: then nothing was counted
     */
    int enter(FileCalls calls, int fd, boolean fresh, EntryOut entry) {
        var result = fresh ? calls.knownAttributes(fd) : calls.attributes(fd);
        if (result < 0) {
            calls.close(fd);
            return result;
        }
        var statx = calls.statx();
        var key = FileKey.of(statx);
        var node = nodes.find(key);
        if (node != null) {
            calls.close(fd);
        } else {
            node = nodes.lookup(key, new FileNode(new Fd(fd), statx.mode(), volumes.of(calls, fd, statx)));
        }
        if (node == null) {
            return -Errno.ENFILE.code();
        }
        node.enter();
        entry.nodeId(node.id())
                .entryTimeoutNanos(config.cache().entryTimeout().toNanos())
                .attrTimeoutNanos(config.cache().attrTimeout().toNanos());
        config.access().toGuest(statx);
        entry.attr().from(statx);
        return 0;
    }

    /** Fills in the attributes read last. */
    void fill(FileCalls calls, AttrOut attr) {
        attr.attrTimeoutNanos(config.cache().attrTimeout().toNanos());
        config.access().toGuest(calls.statx());
        attr.attr().from(calls.statx());
    }

    /** Enters an open file or directory; when there is no place for it, it is closed and 0 returned. */
    long open(Handle handle) {
        var id = handles.add(handle);
        if (id == 0) {
            handle.fd().close();
        }
        return id;
    }
}
