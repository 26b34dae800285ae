package org.dpfs4j.uring;

import org.dpfs4j.fs.AttrReply;
import org.dpfs4j.fs.DataReply;
import org.dpfs4j.fs.OffsetReply;
import org.dpfs4j.fs.StatfsReply;
import org.dpfs4j.fs.StatusReply;
import org.dpfs4j.io.Fd;
import org.dpfs4j.wire.AccessIn;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.GetattrIn;
import org.dpfs4j.wire.LseekIn;
import org.dpfs4j.wire.Request;
import org.dpfs4j.wire.Whence;

/** What a node is: attributes, the target of a link, the file system it lies on, who may use it. */
final class Attributes {
    private final LaneTree on;

    Attributes(LaneTree on) {
        this.on = on;
    }

    void getattr(GetattrIn in, AttrReply reply) {
        if (in.hasHandle()) {
            var file = on.holdFile(in.handle(), reply);
            if (file != null) {
                getattr(file.fd(), file.volume(), reply);
            }
            return;
        }
        var node = on.hold(in.nodeId(), reply);
        if (node != null) {
            getattr(node.fd(), node.volume(), reply);
        }
    }

    private void getattr(Fd held, Volume volume, AttrReply reply) {
        var pace = volume.metadata();
        if (pace.quick()) {
            var start = System.nanoTime();
            var result = on.calls().attributes(held.number());
            held.release();
            pace.since(start);
            answer(result, reply);
            return;
        }
        // The worker asks for them and the lane reads what is known then, as results do not cross threads.
        on.lane().call(reply, worker -> ask(new FileCalls(worker.syscalls()), held.number(), pace), (result, owner) -> {
            known(result, held, owner);
        });
    }

    private static int ask(FileCalls calls, int fd, Pace pace) {
        var start = System.nanoTime();
        var result = calls.attributes(fd);
        pace.since(start);
        return result;
    }

    private void known(int asked, Fd held, AttrReply reply) {
        var result = asked < 0 ? asked : on.calls().knownAttributes(held.number());
        held.release();
        answer(result, reply);
    }

    private void answer(int result, AttrReply reply) {
        if (result < 0) {
            LaneTree.fail(reply, result);
            return;
        }
        on.tree().fill(on.calls(), reply.attr());
        reply.ok();
    }

    void readlink(Request in, DataReply reply) {
        var node = on.hold(in.nodeId(), reply);
        if (node == null) {
            return;
        }
        var length = node.isSymlink() ? on.calls().target(node.fd().number()) : -Errno.EINVAL.code();
        node.fd().release();
        if (length < 0) {
            LaneTree.fail(reply, length);
        } else {
            reply.ok(on.calls().bulk(), length);
        }
    }

    void statfs(Request in, StatfsReply reply) {
        var node = on.hold(in.nodeId(), reply);
        if (node == null) {
            return;
        }
        var result = on.calls().fileSystem(node.fd().number());
        node.fd().release();
        if (result < 0) {
            LaneTree.fail(reply, result);
            return;
        }
        reply.statfs().from(on.calls().statfs());
        reply.ok();
    }

    /** By the mode alone: a guest knows all groups of its caller and every access control list, and need not ask us. */
    void access(AccessIn in, StatusReply reply) {
        var node = on.hold(in.nodeId(), reply);
        if (node == null) {
            return;
        }
        var result = on.calls().attributes(node.fd().number());
        node.fd().release();
        if (result < 0) {
            LaneTree.fail(reply, result);
        } else if (Permissions.allow(on.calls().statx(), in.uid(), in.gid(), in.mask())) {
            reply.ok();
        } else {
            reply.fail(Errno.EACCES);
        }
    }

    /** Finds data or a hole; a guest sends nothing else, and other positions mean nothing to a handle of ours. */
    void lseek(LseekIn in, OffsetReply reply) {
        var whence = in.whence();
        if (whence != Whence.DATA && whence != Whence.HOLE) {
            reply.fail(Errno.EINVAL);
            return;
        }
        var file = on.holdFile(in.handle(), reply);
        if (file == null) {
            return;
        }
        var offset = on.calls().seek(file.fd().number(), in.offset(), whence);
        file.fd().release();
        if (offset < 0) {
            LaneTree.fail(reply, (int) offset);
        } else {
            reply.ok(offset);
        }
    }
}
