package org.dpfs4j.uring;

import org.dpfs4j.fs.WriteReply;
import org.dpfs4j.io.Completion;
import org.dpfs4j.io.Fd;
import org.dpfs4j.memory.Iovecs;

/** A write on the ring, which goes on behind a short result; used again for other writes. */
final class RingWrite implements Completion<WriteReply> {
    private final Writes writes;
    private OpenFile file;
    private Fd fd;
    private long offset;
    private long done;
    private int flags;
    private Rest rest;

    RingWrite(Writes writes) {
        this.writes = writes;
    }

    /**
     * Starts to write what the reply's source holds behind its first {@code written} bytes; the ring keeps the descriptor
     * open.
     *
     * @param from where the source as a whole belongs
     * @param writeFlags RWF_* of {@code linux/fs.h}
     */
    void start(OpenFile to, long from, long written, int writeFlags, WriteReply reply) {
        file = to;
        fd = to.fd();
        offset = from;
        done = written;
        flags = writeFlags;
        if (written == 0) {
            writes.on().lane().ring().writev(reply, fd, reply.source(), offset, flags, this);
        } else {
            goOn(reply);
        }
    }

    @Override
    public void done(int result, WriteReply reply) {
        if (Unaligned.isMeant(result, file)) {
            Unaligned.write(writes.on(), fd, rest(reply), offset + done, flags, reply, this::writtenByCache);
            return;
        }
        if (result < 0 && done == 0) {
            end();
            LaneTree.fail(reply, result);
            return;
        }
        done += Math.max(result, 0);
        if (result <= 0 || done == reply.source().sizeBytes()) {
            var bytes = done;
            end();
            reply.ok(bytes);
        } else {
            goOn(reply);
        }
    }

    private void goOn(WriteReply reply) {
        writes.on().lane().ring().writev(reply, fd, rest(reply), offset + done, flags, this);
    }

    private void writtenByCache(int result, WriteReply reply) {
        var bytes = done + Math.max(result, 0);
        end();
        if (bytes == 0 && result < 0) {
            LaneTree.fail(reply, result);
        } else {
            reply.ok(bytes);
        }
    }

    private Iovecs rest(WriteReply reply) {
        if (rest == null) {
            rest = new Rest();
        }
        return rest.of(reply.source(), done);
    }

    private void end() {
        if (rest != null) {
            rest.close();
            rest = null;
        }
        file = null;
        fd = null;
        writes.giveBack(this);
    }
}
