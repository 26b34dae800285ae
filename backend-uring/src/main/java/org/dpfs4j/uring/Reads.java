package org.dpfs4j.uring;

import java.util.Arrays;
import org.dpfs4j.fs.DataReply;
import org.dpfs4j.io.Fd;
import org.dpfs4j.memory.Iovecs;
import org.dpfs4j.memory.Limits;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.ReadIn;

/**
 * READ: from the page cache on the lane, straight into guest memory; what has to wait goes to the ring as a whole. Where a
 * read cannot be asked not to wait, it is tried on the lane as long as the volume is quick.
 */
final class Reads {
    private final LaneTree on;
    private RingRead[] idle = new RingRead[8];
    private int idleCount;

    Reads(LaneTree on) {
        this.on = on;
    }

    void read(ReadIn in, DataReply reply) {
        var file = on.holdFile(in.handle(), reply);
        if (file == null) {
            return;
        }
        var target = reply.target();
        var offset = in.offset();
        if (target.sizeBytes() == 0) {
            file.fd().release();
            reply.ok(0);
            return;
        }
        if (offset < 0) {
            file.fd().release();
            reply.fail(Errno.EINVAL);
            return;
        }
        var bytes = onLane(file, target, offset);
        if (bytes == -Errno.EAGAIN.code()) {
            onRing(file, offset, reply);
            file.fd().release();
        } else {
            file.fd().release();
            answer(bytes, reply);
        }
    }

    private static void answer(long bytes, DataReply reply) {
        if (bytes < 0) {
            LaneTree.fail(reply, (int) bytes);
        } else {
            reply.ok(bytes);
        }
    }

    /** Bytes that are the whole answer, or a negated errno; EAGAIN when the answer has to be waited for. */
    private long onLane(OpenFile file, Iovecs target, long offset) {
        var volume = file.volume();
        if (file.direct()) {
            return -Errno.EAGAIN.code();
        }
        if (volume.readsWithoutWaiting()) {
            var bytes = call(file.fd(), target, offset, FileCalls.NOWAIT);
            if (bytes != -Errno.EOPNOTSUPP.code()) {
                return whole(file.fd(), target, offset, bytes);
            }
            volume.readsMayWait();
        }
        if (!volume.reads().quick()) {
            return -Errno.EAGAIN.code();
        }
        var start = System.nanoTime();
        var bytes = call(file.fd(), target, offset, 0);
        volume.reads().since(start, bytes);
        return whole(file.fd(), target, offset, bytes);
    }

    private long call(Fd fd, Iovecs target, long offset, int flags) {
        var count = Math.min(target.count(), Limits.IOVECS_PER_CALL);
        return on.syscalls().preadv2(fd.number(), target.arrayAddress(), count, offset, flags);
    }

    /** A short read is the whole answer at the end of the file only. */
    private long whole(Fd fd, Iovecs target, long offset, long bytes) {
        var complete = bytes <= 0 || bytes == target.sizeBytes() || endsAt(fd, offset + bytes);
        return complete ? bytes : -Errno.EAGAIN.code();
    }

    /** Whether the file ends at or before {@code position}. */
    boolean endsAt(Fd fd, long position) {
        return on.calls().knownAttributes(fd.number()) == 0
                && position >= on.calls().statx().sizeBytes();
    }

    private void onRing(OpenFile file, long offset, DataReply reply) {
        var read = idleCount > 0 ? idle[--idleCount] : new RingRead(this);
        read.start(file, offset, reply);
    }

    LaneTree on() {
        return on;
    }

    void giveBack(RingRead read) {
        if (idleCount == idle.length) {
            idle = Arrays.copyOf(idle, 2 * idleCount);
        }
        idle[idleCount++] = read;
    }
}
