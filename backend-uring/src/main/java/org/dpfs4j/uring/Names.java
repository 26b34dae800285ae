package org.dpfs4j.uring;

import org.dpfs4j.fs.EntryReply;
import org.dpfs4j.fs.StatusReply;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.LinkIn;
import org.dpfs4j.wire.NameIn;
import org.dpfs4j.wire.RenameFlags;
import org.dpfs4j.wire.RenameIn;

/** Gives, changes and takes the names of what exists. The guest has checked that its caller may. */
final class Names {
    private static final int RENAME_FLAGS = RenameFlags.NOREPLACE | RenameFlags.EXCHANGE | RenameFlags.WHITEOUT;

    private final LaneTree on;
    private final Lookups lookups;

    Names(LaneTree on, Lookups lookups) {
        this.on = on;
        this.lookups = lookups;
    }

    void unlink(NameIn in, StatusReply reply) {
        var parent = on.hold(in.nodeId(), reply);
        if (parent == null) {
            return;
        }
        var directory = parent.fd().number();
        var name = in.name().address();
        on.change(
                reply,
                parent.fd(),
                parent.volume(),
                calls -> {
                    on.tree().nodes().keepNamed(calls, directory, name);
                    return calls.unlink(directory, name);
                },
                LaneTree::status);
    }

    void rmdir(NameIn in, StatusReply reply) {
        var parent = on.hold(in.nodeId(), reply);
        if (parent == null) {
            return;
        }
        var directory = parent.fd().number();
        var name = in.name().address();
        on.change(
                reply,
                parent.fd(),
                parent.volume(),
                calls -> {
                    on.tree().nodes().keepNamed(calls, directory, name);
                    return calls.removeDirectory(directory, name);
                },
                LaneTree::status);
    }

    void rename(RenameIn in, StatusReply reply) {
        var flags = in.flags();
        if ((flags & ~RENAME_FLAGS) != 0) {
            reply.fail(Errno.EINVAL);
            return;
        }
        var from = on.hold(in.nodeId(), reply);
        if (from == null) {
            return;
        }
        var to = on.hold(in.newParentId(), reply);
        if (to == null) {
            from.fd().release();
            return;
        }
        var directory = from.fd().number();
        var newDirectory = to.fd().number();
        var name = in.name().address();
        var newName = in.newName().address();
        Step step = calls -> {
            if ((flags & (RenameFlags.NOREPLACE | RenameFlags.EXCHANGE)) == 0) {
                on.tree().nodes().keepNamed(calls, newDirectory, newName);
            }
            return calls.rename(directory, name, newDirectory, newName, flags);
        };
        on.change(reply, from.fd(), from.volume(), step, (result, owner) -> {
            to.fd().release();
            LaneTree.status(result, owner);
        });
    }

    void link(LinkIn in, EntryReply reply) {
        var node = on.hold(in.oldNodeId(), reply);
        if (node == null) {
            return;
        }
        var parent = on.hold(in.nodeId(), reply);
        if (parent == null) {
            node.fd().release();
            return;
        }
        var number = node.fd().number();
        var directory = parent.fd().number();
        var name = in.name().address();
        Step step = calls -> {
            var linked = calls.link(number, directory, name);
            return linked < 0 ? linked : calls.openName(directory, name, false);
        };
        on.change(reply, parent.fd(), parent.volume(), step, (result, owner) -> {
            node.fd().release();
            if (result < 0) {
                LaneTree.fail(owner, result);
            } else {
                lookups.enter(result, true, owner);
            }
        });
    }
}
