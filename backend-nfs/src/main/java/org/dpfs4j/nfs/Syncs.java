package org.dpfs4j.nfs;

import java.util.ArrayDeque;
import org.dpfs4j.fs.StatusReply;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.FlushIn;
import org.dpfs4j.wire.FsyncIn;
import org.dpfs4j.wire.SyncfsIn;

/** What makes data durable that the server has taken: when a guest asks, when a file is closed, and now and then. */
final class Syncs {
    private final LaneMount mount;
    private final Locks locks;
    private final Commits commits;

    Syncs(LaneMount mount, Locks locks, Commits commits) {
        this.mount = mount;
        this.locks = locks;
        this.commits = commits;
    }

    void fsync(FsyncIn in, StatusReply reply) {
        var file = mount.file(in.handle(), reply);
        if (file != null) {
            commits.commit(file.node(), () -> answer(file, reply));
        }
    }

    /** What was lost is said once. */
    private static void answer(OpenFile file, StatusReply reply) {
        var error = file.takeError();
        if (error != 0) {
            LaneMount.fail(reply, error);
        } else if (isUnanswered(file.node())) {
            reply.fail(Errno.EIO);
        } else {
            reply.ok();
        }
    }

    /** What the server has not answered is kept, and durable some time; whoever asks now cannot be told that it is. */
    private static boolean isUnanswered(NfsNode node) {
        return node.uncommitted() != null && node.uncommitted().isUnanswered();
    }

    /** What is done to directories is durable when the server has answered. */
    void fsyncdir(FsyncIn in, StatusReply reply) {
        if (mount.handles().get(in.handle()) == null) {
            reply.fail(Errno.EBADF);
        } else {
            reply.ok();
        }
    }

    /** Whoever opens the file next, on whatever machine, sees what was written: so says close-to-open consistency. */
    void flush(FlushIn in, StatusReply reply) {
        var file = mount.file(in.handle(), reply);
        if (file != null) {
            commits.commit(file.node(), () -> locks.flush(file, in.lockOwner(), () -> answer(file, reply)));
        }
    }

    void syncfs(SyncfsIn in, StatusReply reply) {
        if (mount.node(in.nodeId(), reply) != null) {
            all(new ArrayDeque<>(mount.share().dirty()), () -> {
                if (mount.share().dirty().stream().anyMatch(Syncs::isUnanswered)) {
                    reply.fail(Errno.EIO);
                } else {
                    reply.ok();
                }
            });
        }
    }

    private void all(ArrayDeque<NfsNode> left, Runnable then) {
        if (left.isEmpty()) {
            then.run();
        } else {
            commits.commit(left.removeFirst(), () -> all(left, then));
        }
    }

    /** Makes durable what has been written to any file. */
    void all() {
        mount.share().dirty().forEach(node -> commits.commit(node, () -> {}));
    }
}
