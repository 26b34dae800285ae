package org.dpfs4j.uring;

import org.dpfs4j.fs.DataReply;
import org.dpfs4j.io.Completion;
import org.dpfs4j.io.Fd;
import org.dpfs4j.memory.Iovecs;

/** A read on the ring, which goes on behind a short result until the end of the file; used again for other reads. */
final class RingRead implements Completion<DataReply> {
    private final Reads reads;
    private OpenFile file;
    private Fd fd;
    private long offset;
    private long done;
    private Rest rest;

    RingRead(Reads reads) {
        this.reads = reads;
    }

    /** Starts to fill the reply's target from {@code from} on; the ring keeps the descriptor open. */
    void start(OpenFile of, long from, DataReply reply) {
        file = of;
        fd = of.fd();
        offset = from;
        done = 0;
        reads.on().lane().ring().readv(reply, fd, reply.target(), offset, this);
    }

    @Override
    public void done(int result, DataReply reply) {
        if (Unaligned.isMeant(result, file)) {
            Unaligned.read(reads.on(), fd, rest(reply), offset + done, reply, this::readByCache);
            return;
        }
        if (result < 0) {
            end();
            LaneTree.fail(reply, result);
            return;
        }
        done += result;
        if (result == 0 || done == reply.target().sizeBytes() || reads.endsAt(fd, offset + done)) {
            var bytes = done;
            end();
            reply.ok(bytes);
        } else {
            goOn(reply);
        }
    }

    private void goOn(DataReply reply) {
        reads.on().lane().ring().readv(reply, fd, rest(reply), offset + done, this);
    }

    private void readByCache(int result, DataReply reply) {
        var bytes = done + Math.max(result, 0);
        end();
        if (result < 0) {
            LaneTree.fail(reply, result);
        } else {
            reply.ok(bytes);
        }
    }

    private Iovecs rest(DataReply reply) {
        if (rest == null) {
            rest = new Rest();
        }
        return rest.of(reply.target(), done);
    }

    private void end() {
        if (rest != null) {
            rest.close();
            rest = null;
        }
        file = null;
        fd = null;
        reads.giveBack(this);
    }
}
