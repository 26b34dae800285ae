package org.dpfs4j.uring;

import java.util.Arrays;
import org.dpfs4j.fs.WriteReply;
import org.dpfs4j.io.Fd;
import org.dpfs4j.memory.Iovecs;
import org.dpfs4j.memory.Limits;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.WriteIn;

/**
 * WRITE: into the page cache on the lane, straight from guest memory, while the volume is quick; else on the ring.
 */
final class Writes {
    private final LaneTree on;
    private final Privileges privileges;
    private RingWrite[] idle = new RingWrite[8];
    private int idleCount;

    Writes(LaneTree on, Privileges privileges) {
        this.on = on;
        this.privileges = privileges;
    }

    void write(WriteIn in, WriteReply reply) {
        var file = on.holdFile(in.handle(), reply);
        if (file == null) {
            return;
        }
        var source = reply.source();
        var offset = in.offset();
        if (offset < 0) {
            file.fd().release();
            reply.fail(Errno.EINVAL);
            return;
        }
        var flags = appends(in) ? FileCalls.APPEND : 0;
        if (!privileges.keeps(in, file)) {
            privileges.write(in, file.fd(), flags, reply);
            return;
        }
        var bytes = onLane(file, source, offset, flags);
        if (bytes < 0 && bytes != -Errno.EAGAIN.code()) {
            file.fd().release();
            LaneTree.fail(reply, (int) bytes);
        } else if (bytes == source.sizeBytes()) {
            file.fd().release();
            reply.ok(bytes);
        } else {
            onRing(file, offset, Math.max(bytes, 0), flags, reply);
            file.fd().release();
        }
    }

    /**
     * Pages that a guest writes back belong to their offset whatever its file was opened with; and a guest that writes back
     * knows better than the file where it ends.
     */
    private boolean appends(WriteIn in) {
        return (in.flags() & OpenFlags.APPEND) != 0 && !in.fromPageCache() && !on.writesBack();
    }

    /** Bytes written, or a negated errno; EAGAIN when nothing was and it has to be waited for. */
    private long onLane(OpenFile file, Iovecs source, long offset, int flags) {
        var volume = file.volume();
        if (file.synchronous() || file.direct()) {
            return -Errno.EAGAIN.code();
        }
        // What is appended must not be torn in two: another writer's piece could come between.
        if (volume.writesWithoutWaiting() && flags == 0) {
            var bytes = call(file.fd(), source, offset, FileCalls.NOWAIT);
            if (bytes == -Errno.EINVAL.code()) {
                // Also what generic_write_checks answers where only direct writes can be asked (F2FS): the ring knows.
                return -Errno.EAGAIN.code();
            }
            if (bytes != -Errno.EOPNOTSUPP.code()) {
                return bytes;
            }
            volume.writesMayWait();
        }
        if (volume.writesWithoutWaiting() || !volume.writes().quick()) {
            return -Errno.EAGAIN.code();
        }
        var start = System.nanoTime();
        var bytes = call(file.fd(), source, offset, flags);
        volume.writes().since(start, bytes);
        return bytes;
    }

    private long call(Fd fd, Iovecs source, long offset, int flags) {
        var count = Math.min(source.count(), Limits.IOVECS_PER_CALL);
        return on.syscalls().pwritev2(fd.number(), source.arrayAddress(), count, offset, flags);
    }

    private void onRing(OpenFile file, long offset, long done, int flags, WriteReply reply) {
        var write = idleCount > 0 ? idle[--idleCount] : new RingWrite(this);
        write.start(file, offset, done, flags, reply);
    }

    LaneTree on() {
        return on;
    }

    void giveBack(RingWrite write) {
        if (idleCount == idle.length) {
            idle = Arrays.copyOf(idle, 2 * idleCount);
        }
        idle[idleCount++] = write;
    }
}
