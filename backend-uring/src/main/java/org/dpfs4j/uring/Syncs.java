package org.dpfs4j.uring;

import org.dpfs4j.fs.StatusReply;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.SyncfsIn;

/** SYNCFS: the file system that a node lies on, which may hold more than this tree. */
final class Syncs {
    private final LaneTree on;

    Syncs(LaneTree on) {
        this.on = on;
    }

    void syncfs(SyncfsIn in, StatusReply reply) {
        var node = on.hold(in.nodeId(), reply);
        if (node == null) {
            return;
        }
        if (!node.isDirectory() && !node.isRegular()) {
            node.fd().release();
            reply.fail(Errno.EINVAL);
            return;
        }
        var number = node.fd().number();
        var volume = node.volume();
        on.inquire(reply, node.fd(), volume, calls -> calls.reopen(number, OpenFlags.RDONLY), (fd, owner) -> {
            if (fd < 0) {
                LaneTree.fail(owner, fd);
            } else {
                volume.sync().ask(on.lane(), fd, owner);
            }
        });
    }
}
