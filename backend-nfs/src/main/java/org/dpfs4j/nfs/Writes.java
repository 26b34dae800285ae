package org.dpfs4j.nfs;

import org.dpfs4j.fs.WriteReply;
import org.dpfs4j.nfs.rpc.Malformed;
import org.dpfs4j.nfs.v4.AttributeMask;
import org.dpfs4j.nfs.v4.Call;
import org.dpfs4j.nfs.v4.Continuation;
import org.dpfs4j.nfs.v4.Results;
import org.dpfs4j.nfs.v4.Written;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.WriteIn;

/** WRITE: data goes from the guest's memory to the socket, in as many requests as the server wants, one after the other. */
final class Writes {
    private final LaneMount mount;
    private final Commits commits;
    private final int pieceBytes;
    private final Written written = new Written();
    private final Continuation wrote = this::wrote;

    Writes(LaneMount mount, Commits commits) {
        this.mount = mount;
        this.commits = commits;
        pieceBytes = mount.share().facts().writeBytes();
    }

    void write(WriteIn in, WriteReply reply) {
        var file = mount.file(in.handle(), reply);
        if (file == null) {
            return;
        }
        var size = reply.source().sizeBytes();
        if (!file.writable()) {
            reply.fail(Errno.EBADF);
        } else if (in.offset() < 0 || in.offset() > Long.MAX_VALUE - size) {
            reply.fail(in.offset() < 0 ? Errno.EINVAL : Errno.EFBIG);
        } else if (file.state().isLost()) {
            reply.fail(Errno.EIO);
        } else if (size == 0) {
            reply.ok(0);
        } else {
            begin(file, in, reply);
        }
    }

    private void begin(OpenFile file, WriteIn in, WriteReply reply) {
        var data = file.node().uncommitted(mount.share().retained());
        if (!data.beginWrite(mount.session().lane(), () -> begin(file, in, reply))) {
            return;
        }
        if (file.appends()) {
            append(file, reply);
        } else {
            ask(file, in.offset(), 0, reply);
        }
    }

    /** The server knows no appending: where the end is, it is asked first, and no other of our appends comes between. */
    private void append(OpenFile file, WriteReply reply) {
        var node = file.node();
        node.appends().enter(mount.session().lane(), () -> {
            var call = mount.session().call(file.state().credential());
            call.putfh(node.handle());
            call.getattr(AttributeMask.FILE);
            call.about(reply, null, 0).submit((done, results) -> {
                if (results.isOk()) {
                    results.putfh();
                    results.attributes(mount.attributes());
                    ask(file, mount.attributes().sizeBytes(), 0, reply);
                } else {
                    ended(file);
                    LaneMount.fail(reply, results);
                }
            });
        });
    }

    private void ask(OpenFile file, long offset, int done, WriteReply reply) {
        var call = mount.session().call(file.state().credential());
        call.putfh(file.node().handle());
        var bytes = (int) Math.min(pieceBytes, reply.source().sizeBytes() - done);
        var retains = !file.writesThrough() && mount.share().retained().reserve(bytes);
        call.write(file.state(), offset + done, retains ? Written.UNSTABLE : Written.FILE, reply.source(), done, bytes);
        call.about(reply, file, done).submitBulk(wrote);
    }

    private void wrote(Call call, Results results) {
        var reply = (WriteReply) call.reply();
        var file = (OpenFile) call.subject();
        var done = (int) call.number();
        if (!results.isOk()) {
            giveBack(call);
            ended(file);
            if (done > 0) {
                reply.ok(done);
            } else {
                LaneMount.fail(reply, results);
            }
            return;
        }
        var taken = taken(call, results);
        keep(call, file, taken);
        done += taken;
        if (taken > 0 && done < reply.source().sizeBytes()) {
            ask(file, call.writeOffset() - call.number(), done, reply);
        } else {
            ended(file);
            reply.ok(done);
        }
    }

    private int taken(Call call, Results results) {
        results.putfh();
        var taken = results.write(written);
        if (taken < 0 || taken > call.writeBytes()) {
            throw new Malformed("more was written than there was");
        }
        return taken;
    }

    private void giveBack(Call call) {
        if (!call.writesDurably()) {
            mount.share().retained().giveBack(call.writeBytes());
        }
    }

    /** Keeps a copy of what the server may still lose. */
    private void keep(Call call, OpenFile file, int taken) {
        var data = file.node().uncommitted();
        var share = mount.share();
        if (written.isDurable() || call.writesDurably() || taken == 0) {
            giveBack(call);
            data.replaced(call.writeOffset(), taken);
            return;
        }
        share.retained().giveBack(call.writeBytes() - taken);
        var source = ((WriteReply) call.reply()).source();
        if (data.taken(file.state(), call.writeOffset(), source, call.number(), taken, written.verifier())) {
            share.dirty().add(file.node());
        }
        if (call.hasOutlivedRestart()) {
            // It was noticed while the file was not among those that have something to lose, perhaps.
            data.suspect();
        }
        if (share.retained().isHalfFull() && data.beginRelief()) {
            commits.commit(file.node(), data::endRelief);
        }
    }

    private static void ended(OpenFile file) {
        file.node().uncommitted().endWrite();
        if (file.appends()) {
            file.node().appends().leave();
        }
    }
}
