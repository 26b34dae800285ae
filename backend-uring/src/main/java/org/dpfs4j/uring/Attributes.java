package org.dpfs4j.uring;

import org.dpfs4j.fs.AttrReply;
import org.dpfs4j.fs.DataReply;
import org.dpfs4j.fs.OffsetReply;
import org.dpfs4j.fs.StatfsReply;
import org.dpfs4j.fs.StatusReply;
import org.dpfs4j.io.Fd;
import org.dpfs4j.memory.Limits;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.wire.AccessIn;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.GetattrIn;
import org.dpfs4j.wire.LseekIn;
import org.dpfs4j.wire.Request;
import org.dpfs4j.wire.Statfs;
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
            var start = pace.sample();
            var result = on.calls().attributes(held.number());
            held.release();
            pace.sampled(start);
            answer(result, reply);
            return;
        }
        // The worker asks for them and the lane reads what is known then, as results do not cross threads.
        var again = held.acquire();
        assert again : "not held";
        on.onWorker(
                reply, held, calls -> ask(calls, held.number(), pace), (result, owner) -> known(result, held, owner));
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
        if (!node.isSymlink()) {
            node.fd().release();
            reply.fail(Errno.EINVAL);
            return;
        }
        var number = node.fd().number();
        var target = Block.of(Limits.PATH_BYTES);
        Step step = calls -> calls.target(number, target.address());
        on.inquire(reply, node.fd(), node.volume(), step, (length, owner) -> {
            try (target) {
                if (length < 0) {
                    LaneTree.fail(owner, length);
                } else {
                    owner.ok(target.address(), length);
                }
            }
        });
    }

    void statfs(Request in, StatfsReply reply) {
        var node = on.hold(in.nodeId(), reply);
        if (node == null) {
            return;
        }
        var number = node.fd().number();
        var state = Block.of(Statfs.BYTES);
        var statfs = new Statfs(Memory.ALL, state.address());
        on.inquire(reply, node.fd(), node.volume(), calls -> calls.fileSystem(number, statfs), (result, owner) -> {
            try (state) {
                if (result < 0) {
                    LaneTree.fail(owner, result);
                } else {
                    owner.statfs().from(statfs);
                    owner.ok();
                }
            }
        });
    }

    /** By the mode alone: a guest knows all groups of its caller and every access control list, and need not ask us. */
    void access(AccessIn in, StatusReply reply) {
        var node = on.hold(in.nodeId(), reply);
        if (node == null) {
            return;
        }
        var number = node.fd().number();
        var uid = in.uid();
        var gid = in.gid();
        var mask = in.mask();
        var access = on.tree().config().access();
        Step step = calls -> {
            var result = calls.attributes(number);
            access.toGuest(calls.statx());
            return result < 0 || Permissions.allow(calls.statx(), uid, gid, mask) ? result : -Errno.EACCES.code();
        };
        on.inquire(reply, node.fd(), node.volume(), step, LaneTree::status);
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
        var number = file.fd().number();
        var from = in.offset();
        var found = new long[1];
        Step step = calls -> {
            found[0] = calls.seek(number, from, whence);
            return (int) Math.min(found[0], 0);
        };
        on.inquire(reply, file.fd(), file.volume(), step, (result, owner) -> {
            if (result < 0) {
                LaneTree.fail(owner, result);
            } else {
                owner.ok(found[0]);
            }
        });
    }
}
