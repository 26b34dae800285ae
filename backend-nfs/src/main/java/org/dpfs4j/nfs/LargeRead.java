package org.dpfs4j.nfs;

import org.dpfs4j.fs.DataReply;
import org.dpfs4j.nfs.rpc.Malformed;
import org.dpfs4j.nfs.v4.Call;
import org.dpfs4j.nfs.v4.Continuation;
import org.dpfs4j.nfs.v4.Results;
import org.dpfs4j.nfs.v4.Status;

/** One READ of a guest in several requests, all under way at once; the guest gets what is there up to the first end. */
final class LargeRead {
    private final LaneMount mount;
    private final Commits commits;
    private final OpenFile file;
    private final long offset;
    private final int pieceBytes;
    private final DataReply reply;
    private final Continuation read = this::read;
    private int underWay;
    private int status = Status.OK;
    private long end;

    LargeRead(LaneMount mount, Commits commits, OpenFile file, long offset, int pieceBytes, DataReply reply) {
        this.mount = mount;
        this.commits = commits;
        this.file = file;
        this.offset = offset;
        this.pieceBytes = pieceBytes;
        this.reply = reply;
        end = reply.target().sizeBytes();
    }

    void begin() {
        var size = reply.target().sizeBytes();
        underWay = 1; // none of the pieces ends the read while others are still to be sent
        for (long at = 0; at < size; at += pieceBytes) {
            ask(at, (int) Math.min(pieceBytes, size - at));
        }
        ended();
    }

    private void ask(long at, int bytes) {
        underWay++;
        var call = mount.session().call(file.state().credential());
        call.putfh(file.node().handle());
        call.read(file.state(), offset + at, bytes, reply.target(), at);
        call.about(null, null, at).submitBulk(read);
    }

    private void read(Call call, Results results) {
        try {
            if (Commits.isSuspect(file.node()) || call.hasOutlivedRestart()) {
                var at = call.number();
                var wanted = call.readBytes();
                underWay++;
                commits.commit(file.node(), () -> {
                    ask(at, wanted);
                    ended();
                });
            } else if (results.isOk()) {
                take(call, results);
            } else {
                status = results.status();
            }
        } catch (Malformed nonsense) {
            throw nonsense; // this is called again
        } catch (RuntimeException | Error cause) {
            status = Status.IO;
            ended();
            throw cause;
        }
        ended();
    }

    private void take(Call call, Results results) {
        results.putfh();
        var at = call.number();
        var wanted = call.readBytes();
        var ended = results.readEnd();
        var bytes = results.readData(reply.target(), at, wanted);
        if (bytes < wanted) {
            if (ended || bytes == 0) {
                end = Math.min(end, at + bytes);
            } else {
                ask(at + bytes, wanted - bytes);
            }
        }
    }

    private void ended() {
        if (--underWay > 0) {
            return;
        }
        if (status == Status.OK) {
            reply.ok(end);
        } else {
            LaneMount.fail(reply, status);
        }
    }
}
