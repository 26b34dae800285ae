package org.dpfs4j.uring;

import org.dpfs4j.fs.DirReply;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.ReaddirIn;

/**
 * READDIR and READDIRPLUS. Cookies are the host's own, so that a reading goes on at its place whatever is created and
 * deleted in between. A small piece is read on the lane while the volume is quick; a request that has to wait, for a
 * disk or for its turn, goes to a worker, which fills the reply there.
 */
final class Directories {
    /** Replies up to this size are filled on the lane. */
    private static final long LANE_BYTES = 32 << 10;

    private static final long LANE_BYTES_PLUS = 8 << 10;

    private final LaneTree on;

    Directories(LaneTree on) {
        this.on = on;
    }

    void readdir(ReaddirIn in, DirReply reply) {
        read(in, reply, false);
    }

    void readdirplus(ReaddirIn in, DirReply reply) {
        read(in, reply, true);
    }

    private void read(ReaddirIn in, DirReply reply, boolean plus) {
        var directory = on.holdDirectory(in.handle(), reply);
        if (directory == null) {
            return;
        }
        var cookie = in.cookie();
        var size = in.sizeBytes();
        var pace = directory.volume().listings();
        if (size <= (plus ? LANE_BYTES_PLUS : LANE_BYTES) && pace.quick()) {
            var result = onLane(directory, pace, reply, cookie, size, plus);
            if (result != -Errno.EAGAIN.code()) {
                directory.fd().release();
                answer(result, reply);
                return;
            }
        }
        on.onWorker(
                reply,
                directory.fd(),
                calls -> new Listing(on.tree(), calls, directory, true).fill(reply, cookie, size, plus),
                Directories::answer);
    }

    /** Reads a piece, or lets the directory go where the memory that it is for is gone. */
    private int onLane(OpenDirectory directory, Pace pace, DirReply reply, long cookie, long size, boolean plus) {
        var start = System.nanoTime();
        try {
            return new Listing(on.tree(), on.calls(), directory, false).fill(reply, cookie, size, plus);
        } catch (RuntimeException | Error gone) {
            directory.fd().release();
            throw gone;
        } finally {
            pace.since(start);
        }
    }

    private static void answer(int result, DirReply reply) {
        if (result < 0) {
            LaneTree.fail(reply, result);
        } else {
            reply.ok();
        }
    }
}
