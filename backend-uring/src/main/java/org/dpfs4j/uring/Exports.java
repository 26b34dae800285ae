package org.dpfs4j.uring;

import org.dpfs4j.fs.EntryReply;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.NameIn;

/**
 * What file handles made in the guest ask for (open_by_handle_at, its NFS server): "." is a node by its id, which it may have
 * forgotten; ".." is the parent of a directory, and never one above the root.
 */
final class Exports {
    /** Directories between one and the root; a tree may be deeper than any path, but not for this. */
    private static final int DEPTH_MAX = 4096;

    private final LaneTree on;

    Exports(LaneTree on) {
        this.on = on;
    }

    void lookup(NameIn in, EntryReply reply) {
        if (in.name().length() == 1) {
            self(in.nodeId(), reply);
        } else {
            parent(in.nodeId(), reply);
        }
    }

    private void self(long id, EntryReply reply) {
        var nodes = on.tree().nodes();
        if (!nodes.found(id)) {
            reply.fail(Errno.ESTALE);
            return;
        }
        var node = on.hold(id, reply);
        if (node == null) {
            forget(id);
            return;
        }
        // Held on until the attributes are read on the lane.
        var again = node.fd().acquire();
        assert again : "not held";
        var number = node.fd().number();
        on.inquire(reply, node.fd(), node.volume(), calls -> calls.attributes(number), (asked, owner) -> {
            var result = asked < 0 ? asked : on.calls().knownAttributes(number);
            node.fd().release();
            if (result < 0) {
                forget(id);
                LaneTree.fail(owner, result);
            } else {
                on.tree().fill(on.calls(), id, owner.entry());
                owner.ok();
            }
        });
    }

    private void forget(long id) {
        var node = on.tree().nodes().forget(id, 1);
        if (node != null) {
            on.bury(node.fd());
        }
    }

    private void parent(long id, EntryReply reply) {
        var node = on.hold(id, reply);
        if (node == null) {
            return;
        }
        if (!node.isDirectory()) {
            node.fd().release();
            reply.fail(Errno.ENOTDIR);
            return;
        }
        var root = on.tree().nodes().root();
        var number = node.fd().number();
        on.onWorker(reply, node.fd(), calls -> parent(calls, number, root), (found, owner) -> {
            var result = found < 0 ? found : on.tree().enter(on.calls(), found, true, owner.entry());
            if (result < 0) {
                LaneTree.fail(owner, result);
            } else {
                owner.ok();
            }
        });
    }

    /**
     * Opens the parent of a directory, that of the root being the root. A directory that was moved out of the tree has none:
     * the way up must come by the root.
     */
    private static int parent(FileCalls calls, int directory, FileKey root) {
        var itself = key(calls, directory);
        var parent = root.equals(itself) ? calls.reopenName(directory) : calls.openParent(directory);
        if (parent >= 0 && !leadsTo(calls, parent, root)) {
            calls.close(parent);
            return -Errno.ESTALE.code();
        }
        return parent;
    }

    private static boolean leadsTo(FileCalls calls, int directory, FileKey root) {
        var up = calls.reopenName(directory);
        var key = key(calls, up);
        for (int depth = 0; key != null && !key.equals(root) && depth < DEPTH_MAX; depth++) {
            var next = calls.openParent(up);
            calls.close(up);
            up = next;
            var above = key(calls, up);
            // Above the machine's own root is that root.
            key = key.equals(above) ? null : above;
        }
        if (up >= 0) {
            calls.close(up);
        }
        return root.equals(key);
    }

    /** Null when it cannot be told. */
    private static FileKey key(FileCalls calls, int directory) {
        return directory >= 0 && calls.knownAttributes(directory) == 0 ? FileKey.of(calls.statx()) : null;
    }
}
