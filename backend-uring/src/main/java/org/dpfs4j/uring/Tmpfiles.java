package org.dpfs4j.uring;

import org.dpfs4j.fs.CreateReply;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.Mode;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.TmpfileIn;

/** TMPFILE: files that belong to the caller and have no name, until LINK gives them one unless O_EXCL forbids it. */
final class Tmpfiles {
    private final LaneTree on;
    private final Creation creation;
    private final Openings openings;

    Tmpfiles(LaneTree on, Creation creation, Openings openings) {
        this.on = on;
        this.creation = creation;
        this.openings = openings;
    }

    void tmpfile(TmpfileIn in, CreateReply reply) {
        var refusal = Openings.refusal(in.flags());
        if (refusal != null) {
            reply.fail(refusal);
            return;
        }
        var parent = on.hold(in.nodeId(), reply);
        if (parent == null) {
            return;
        }
        if (!parent.isDirectory()) {
            parent.fd().release();
            reply.fail(Errno.ENOTDIR);
            return;
        }
        var room = creation.reserve(parent);
        if (room == Nodes.Room.NONE) {
            parent.fd().release();
            reply.fail(Errno.ENFILE);
            return;
        }
        var directory = parent.fd().number();
        var volume = parent.volume();
        var mode = in.mode() & Mode.PERMISSIONS;
        var flags = openings.serverFlags(in.flags());
        var opening = (flags & ~(OpenFlags.TRUNC | OpenFlags.DIRECT)) | (in.flags() & OpenFlags.EXCL);
        var umask = in.umask();
        Step step = calls -> {
            var made =
                    calls.createNameless(directory, opening, creation.newborn().mode(calls, directory, mode, umask));
            return creation.newborn().labelledNameless(calls, in.extensions(), made);
        };
        on.asCaller(in, in.extensions(), reply, parent, step, (fd, owner) -> {
            if (Creation.lends(volume, room)) {
                creation.created(fd, flags, volume, room, owner);
            } else {
                var name = fd < 0 ? fd : on.calls().reopen(fd, OpenFlags.PATH);
                creation.created(fd, name, flags, volume, room, owner);
            }
        });
    }
}
