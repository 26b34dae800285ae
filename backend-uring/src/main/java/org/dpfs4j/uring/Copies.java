package org.dpfs4j.uring;

import org.dpfs4j.fs.WriteReply;
import org.dpfs4j.wire.CopyFileRangeIn;
import org.dpfs4j.wire.Errno;

/**
 * COPY_FILE_RANGE: within this machine, shared or moved by the file system where it can. A large range is answered in part
 * and the guest goes on, so that no worker is held for long.
 */
final class Copies {
    /** What one system call copies: what it has begun cannot be stopped. */
    private static final long PIECE_BYTES = 8 << 20;

    /** What one request copies at most. */
    private static final long REQUEST_BYTES = 64 << 20;

    /** After this a request is answered with what is done. */
    private static final long REQUEST_NANOS = 100_000_000;

    private final LaneTree on;
    private final Privileges privileges;

    Copies(LaneTree on, Privileges privileges) {
        this.on = on;
        this.privileges = privileges;
    }

    void copyFileRange(CopyFileRangeIn in, WriteReply reply) {
        var offset = in.offset();
        var targetOffset = in.targetOffset();
        var bytes = in.rangeBytes();
        if (in.flags() != 0 || offset < 0 || targetOffset < 0 || bytes < 0) {
            reply.fail(Errno.EINVAL);
            return;
        }
        var from = on.holdFile(in.handle(), reply);
        if (from == null) {
            return;
        }
        var to = on.holdFile(in.targetHandle(), reply);
        if (to == null) {
            from.fd().release();
            return;
        }
        var source = from.fd().number();
        var target = to.fd().number();
        Step step = calls -> copy(calls, source, offset, target, targetOffset, bytes);
        privileges.change(on.clearing(in), reply, to.fd(), step, (result, owner) -> {
            from.fd().release();
            if (result < 0) {
                LaneTree.fail(owner, result);
            } else {
                owner.ok(result);
            }
        });
    }

    /** Bytes copied, fewer at the end of the source or of our patience; an error counts only when nothing was copied. */
    private static int copy(FileCalls calls, int from, long offset, int to, long targetOffset, long bytes) {
        var all = Math.min(bytes, REQUEST_BYTES);
        var end = System.nanoTime() + REQUEST_NANOS;
        long done = 0;
        do {
            var piece = Math.min(all - done, PIECE_BYTES);
            var copied = calls.copy(from, offset + done, to, targetOffset + done, piece);
            if (copied <= 0) {
                return (int) (done > 0 ? done : copied);
            }
            done += copied;
        } while (done < all && System.nanoTime() - end < 0);
        return (int) done;
    }
}
