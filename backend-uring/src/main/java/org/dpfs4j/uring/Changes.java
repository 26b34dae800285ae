package org.dpfs4j.uring;

import static org.dpfs4j.wire.SetattrValid.ATIME;
import static org.dpfs4j.wire.SetattrValid.ATIME_NOW;
import static org.dpfs4j.wire.SetattrValid.FH;
import static org.dpfs4j.wire.SetattrValid.GID;
import static org.dpfs4j.wire.SetattrValid.KILL_SUIDGID;
import static org.dpfs4j.wire.SetattrValid.MODE;
import static org.dpfs4j.wire.SetattrValid.MTIME;
import static org.dpfs4j.wire.SetattrValid.MTIME_NOW;
import static org.dpfs4j.wire.SetattrValid.SIZE;
import static org.dpfs4j.wire.SetattrValid.UID;

import org.dpfs4j.fs.AttrReply;
import org.dpfs4j.fs.StatusReply;
import org.dpfs4j.io.Completion;
import org.dpfs4j.io.Fd;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.FallocateIn;
import org.dpfs4j.wire.Mode;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.Protocol;
import org.dpfs4j.wire.SetattrIn;

/** Changes attributes and the storage of files. */
final class Changes {
    /** {@code UTIME_NOW} and {@code UTIME_OMIT} of {@code linux/stat.h}. */
    private static final long NOW = 0x3FFF_FFFF;

    private static final long OMIT = 0x3FFF_FFFE;
    private static final int UNCHANGED = -1;

    private final LaneTree on;
    private final Privileges privileges;

    Changes(LaneTree on, Privileges privileges) {
        this.on = on;
        this.privileges = privileges;
    }

    void setattr(SetattrIn in, AttrReply reply) {
        if (!isPossible(in)) {
            reply.fail(Errno.EINVAL);
            return;
        }
        if ((in.sets(UID) && uid(in) == IdMap.FORBIDDEN) || (in.sets(GID) && gid(in) == IdMap.FORBIDDEN)) {
            reply.fail(Errno.EPERM);
            return;
        }
        if (in.sets(FH)) {
            var file = on.holdFile(in.handle(), reply);
            if (file != null) {
                setattr(in, file.fd(), file.volume(), true, reply);
            }
            return;
        }
        var node = on.hold(in.nodeId(), reply);
        if (node == null) {
            return;
        }
        if (in.sets(SIZE) && !node.isRegular()) {
            node.fd().release();
            reply.fail(node.isDirectory() ? Errno.EISDIR : Errno.EINVAL);
            return;
        }
        setattr(in, node.fd(), node.volume(), false, reply);
    }

    /** The new owner on the host, or -1 for none. */
    private long uid(SetattrIn in) {
        return in.sets(UID) ? on.tree().config().access().uids().toHost(in.ownerUid()) : UNCHANGED;
    }

    private long gid(SetattrIn in) {
        return in.sets(GID) ? on.tree().config().access().gids().toHost(in.ownerGid()) : UNCHANGED;
    }

    /** Whether every value means what it says to a system call: -1 as owner would mean "leave it". */
    private static boolean isPossible(SetattrIn in) {
        return in.timesAreValid()
                && !(in.sets(UID) && in.ownerUid() == Protocol.INVALID_ID)
                && !(in.sets(GID) && in.ownerGid() == Protocol.INVALID_ID)
                && !(in.sets(SIZE) && in.sizeBytes() < 0);
    }

    private void setattr(SetattrIn in, Fd held, Volume volume, boolean open, AttrReply reply) {
        // Held on until the attributes are read on the lane.
        var again = held.acquire();
        assert again : "not held";
        var number = held.number();
        Step step = calls -> apply(calls, in, number, open);
        Completion<AttrReply> done = (result, owner) -> answer(result, held, owner);
        if (in.sets(SIZE)) {
            // How long this takes depends on the file, and says nothing about the volume.
            privileges.change(in.sets(KILL_SUIDGID), reply, held, step, done);
        } else {
            on.change(reply, held, volume, step, done);
        }
    }

    private void answer(int changed, Fd held, AttrReply reply) {
        var result = changed < 0 ? changed : on.calls().knownAttributes(held.number());
        held.release();
        if (result < 0) {
            LaneTree.fail(reply, result);
        } else {
            on.tree().fill(on.calls(), reply.attr());
            reply.ok();
        }
    }

    /** Times come last: all others would change them. */
    private int apply(FileCalls calls, SetattrIn in, int fd, boolean open) {
        var result = 0;
        if (in.sets(MODE)) {
            result = calls.permissions(fd, in.mode() & Mode.PERMISSIONS);
        }
        if (result >= 0 && in.sets(UID | GID)) {
            result = privileges.drop(calls, fd);
            if (result >= 0) {
                result = calls.owner(fd, (int) uid(in), (int) gid(in));
            }
        }
        if (result >= 0 && in.sets(SIZE)) {
            result = open ? calls.truncate(fd, in.sizeBytes()) : truncate(calls, fd, in.sizeBytes());
        }
        if (result >= 0 && in.sets(ATIME | ATIME_NOW | MTIME | MTIME_NOW)) {
            var atimeNanos = in.sets(ATIME_NOW) ? NOW : in.sets(ATIME) ? in.atimeNanos() : OMIT;
            var mtimeNanos = in.sets(MTIME_NOW) ? NOW : in.sets(MTIME) ? in.mtimeNanos() : OMIT;
            result = calls.times(fd, in.atimeSeconds(), atimeNanos, in.mtimeSeconds(), mtimeNanos);
        }
        return result;
    }

    private static int truncate(FileCalls calls, int name, long sizeBytes) {
        var fd = calls.reopen(name, OpenFlags.WRONLY);
        if (fd < 0) {
            return fd;
        }
        var result = calls.truncate(fd, sizeBytes);
        calls.close(fd);
        return result;
    }

    /** The request does not say whether its caller may keep set-id bits; only root is taken to. */
    void fallocate(FallocateIn in, StatusReply reply) {
        var file = on.holdFile(in.handle(), reply);
        if (file == null) {
            return;
        }
        var number = file.fd().number();
        var mode = in.mode();
        var offset = in.offset();
        var bytes = in.rangeBytes();
        Step step = calls -> calls.allocate(number, mode, offset, bytes);
        privileges.change(on.clearing(in), reply, file.fd(), step, LaneTree::status);
    }
}
