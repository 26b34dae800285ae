package org.dpfs4j.uring;

import org.dpfs4j.fs.DataReply;
import org.dpfs4j.fs.WriteReply;
import org.dpfs4j.io.Completion;
import org.dpfs4j.io.Fd;
import org.dpfs4j.memory.Iovecs;
import org.dpfs4j.memory.Limits;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.OpenFlags;

/**
 * What a direct file refuses because its memory, offset or length is not aligned, through the page cache instead: a guest
 * knows nothing of this machine's sectors, and writes its own pages back through whatever handle it has. Rare and slow: the
 * file is opened once more, on a worker.
 */
final class Unaligned {
    private Unaligned() {}

    /** Whether this is how a direct file refuses. */
    static boolean isMeant(int result, OpenFile file) {
        return result == -Errno.EINVAL.code() && file.direct();
    }

    /** Reads on a worker; the result is a byte count. {@code file} is held by the caller. */
    static void read(LaneTree on, Fd file, Iovecs target, long offset, DataReply reply, Completion<DataReply> done) {
        var held = file.acquire();
        assert held : "not held";
        var vectors = target.arrayAddress();
        var count = Math.min(target.count(), Limits.IOVECS_PER_CALL);
        on.onWorker(
                reply,
                file,
                calls -> {
                    var fd = calls.reopen(file.number(), OpenFlags.RDONLY);
                    if (fd < 0) {
                        return fd;
                    }
                    var bytes = calls.read(fd, vectors, count, offset);
                    calls.close(fd);
                    return bytes;
                },
                done);
    }

    /** Writes on a worker, as durably as the file was opened; as {@link #read}. */
    static void write(
            LaneTree on,
            Fd file,
            Iovecs source,
            long offset,
            int flags,
            WriteReply reply,
            Completion<WriteReply> done) {
        var held = file.acquire();
        assert held : "not held";
        var vectors = source.arrayAddress();
        var count = Math.min(source.count(), Limits.IOVECS_PER_CALL);
        on.onWorker(
                reply,
                file,
                calls -> {
                    var fd = calls.reopen(file.number(), OpenFlags.WRONLY);
                    if (fd < 0) {
                        return fd;
                    }
                    var bytes = calls.write(fd, vectors, count, offset, flags);
                    // What was written past the cache counts as written to the disk; so must this.
                    var synced = bytes < 0 ? 0 : calls.sync(fd, true);
                    calls.close(fd);
                    return synced < 0 ? synced : bytes;
                },
                done);
    }
}
