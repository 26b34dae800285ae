package org.dpfs4j.uring;

import org.dpfs4j.fs.DataReply;
import org.dpfs4j.io.Completion;
import org.dpfs4j.io.Fd;

/** A read on the ring, which goes on behind a short result until the end of the file; used again for other reads. */
final class RingRead implements Completion<DataReply> {
    private final Reads reads;
    private Fd fd;
    private long offset;
    private long done;
    private Rest rest;

    RingRead(Reads reads) {
        this.reads = reads;
    }

    /** Starts to fill the reply's target from {@code from} on; the ring keeps the descriptor open. */
    void start(Fd file, long from, DataReply reply) {
        fd = file;
        offset = from;
        done = 0;
        reads.on().lane().ring().readv(reply, fd, reply.target(), offset, this);
    }

    @Override
    public void done(int result, DataReply reply) {
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
        if (rest == null) {
            rest = new Rest();
        }
        reads.on().lane().ring().readv(reply, fd, rest.of(reply.target(), done), offset + done, this);
    }

    private void end() {
        if (rest != null) {
            rest.close();
            rest = null;
        }
        fd = null;
        reads.giveBack(this);
    }
}
