package org.dpfs4j.nfs;

import org.dpfs4j.fs.StatusReply;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.FlushIn;
import org.dpfs4j.wire.FsyncIn;
import org.dpfs4j.wire.SyncfsIn;

/** What makes data durable that the server has taken. */
final class Syncs {
    private final LaneMount mount;
    private final Locks locks;

    Syncs(LaneMount mount, Locks locks) {
        this.mount = mount;
        this.locks = locks;
    }

    void fsync(FsyncIn in, StatusReply reply) {
        var file = mount.file(in.handle(), reply);
        if (file != null) {
            reply.ok();
        }
    }

    /** What is done to directories is durable when the server has answered. */
    void fsyncdir(FsyncIn in, StatusReply reply) {
        if (mount.handles().get(in.handle()) == null) {
            reply.fail(Errno.EBADF);
        } else {
            reply.ok();
        }
    }

    void flush(FlushIn in, StatusReply reply) {
        var file = mount.file(in.handle(), reply);
        if (file != null) {
            locks.flush(file, in.lockOwner(), reply::ok);
        }
    }

    void syncfs(SyncfsIn in, StatusReply reply) {
        if (mount.node(in.nodeId(), reply) != null) {
            reply.ok();
        }
    }
}
