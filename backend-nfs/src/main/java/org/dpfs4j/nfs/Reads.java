package org.dpfs4j.nfs;

import org.dpfs4j.fs.DataReply;
import org.dpfs4j.nfs.v4.Call;
import org.dpfs4j.nfs.v4.Continuation;
import org.dpfs4j.nfs.v4.Results;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.ReadIn;

/** READ: small ones by one request, large ones by several side by side, each going on where the server gave less. */
final class Reads {
    private final LaneMount mount;
    private final Commits commits;
    private final int pieceBytes;
    private final Continuation read = this::read;

    Reads(LaneMount mount, Commits commits) {
        this.mount = mount;
        this.commits = commits;
        pieceBytes = mount.share().facts().readBytes();
    }

    void read(ReadIn in, DataReply reply) {
        var file = mount.file(in.handle(), reply);
        if (file == null) {
            return;
        }
        var size = reply.target().sizeBytes();
        if (!file.readable()) {
            reply.fail(Errno.EBADF);
        } else if (in.offset() < 0 || in.offset() > Long.MAX_VALUE - size) {
            reply.fail(Errno.EINVAL);
        } else if (file.state().isLost()) {
            reply.fail(Errno.EIO);
        } else if (size == 0) {
            reply.ok(0);
        } else if (Commits.isSuspect(file.node())) {
            commits.commit(file.node(), () -> read(in, reply));
        } else if (size > pieceBytes) {
            new LargeRead(mount, commits, file, in.offset(), pieceBytes, reply).begin();
        } else {
            ask(file, in.offset(), 0, (int) size, reply);
        }
    }

    private void ask(OpenFile file, long offset, long done, int bytes, DataReply reply) {
        var call = mount.session().call(file.state().credential());
        call.putfh(file.node().handle());
        call.read(file.state(), offset + done, bytes, reply.target(), done);
        call.about(reply, file, done).submitBulk(read);
    }

    private void read(Call call, Results results) {
        var reply = (DataReply) call.reply();
        var file = (OpenFile) call.subject();
        if (Commits.isSuspect(file.node()) || call.hasOutlivedRestart()) {
            var offset = call.readOffset() - call.number();
            var had = call.number();
            var wanted = call.readBytes();
            commits.commit(file.node(), () -> ask(file, offset, had, wanted, reply));
            return;
        }
        if (!results.isOk()) {
            LaneMount.fail(reply, results);
            return;
        }
        results.putfh();
        var target = reply.target();
        var done = call.number();
        var room = (int) (target.sizeBytes() - done);
        var ended = results.readEnd();
        var bytes = results.readData(target, done, room);
        done += bytes;
        if (ended || done == target.sizeBytes() || bytes == 0) {
            reply.ok(done);
        } else {
            ask(file, call.readOffset() - call.number(), done, room - bytes, reply);
        }
    }
}
