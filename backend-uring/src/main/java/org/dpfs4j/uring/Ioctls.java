package org.dpfs4j.uring;

import org.dpfs4j.fs.IoctlReply;
import org.dpfs4j.io.Fd;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.IoctlFlags;
import org.dpfs4j.wire.IoctlIn;

/**
 * IOCTL: the few commands that mean the same on every file system; all else is ENOTTY. Nothing that a guest sends reaches
 * the kernel as an address: arguments lie in memory of ours, of a size that the command has.
 */
final class Ioctls {
    /** The flags of a file are an int, though the commands say long; a guest sends either. */
    private static final int FLAGS_BYTES = 4;

    private static final int FLAGS_BYTES_MAX = 8;

    private final LaneTree on;

    Ioctls(LaneTree on) {
        this.on = on;
    }

    void ioctl(IoctlIn in, IoctlReply reply) {
        if ((in.flags() & IoctlFlags.UNRESTRICTED) != 0) {
            reply.fail(Errno.ENOTTY);
            return;
        }
        var taken = in.inBytes();
        var given = in.outBytes();
        switch (in.command()) {
            case FileFlags.GET_FLAGS -> {
                var fits = isFlags(given);
                run(in, reply, fits, 0, FLAGS_BYTES_MAX, given, (calls, fd, at) -> calls.control(fd, FileFlags.GET_FLAGS, at));
            }
            case FileFlags.SET_FLAGS ->
                run(in, reply, isFlags(taken), FLAGS_BYTES, FLAGS_BYTES, 0, FileFlags::setFlags);
            case FileFlags.GET_XFLAGS -> {
                var fits = given == FileFlags.XFLAGS_BYTES;
                run(in, reply, fits, 0, given, given, (calls, fd, at) -> calls.control(fd, FileFlags.GET_XFLAGS, at));
            }
            case FileFlags.SET_XFLAGS ->
                run(in, reply, taken == FileFlags.XFLAGS_BYTES, taken, taken, 0, FileFlags::setXflags);
            case Verity.MEASURE -> {
                var fits = Verity.measures(taken, given);
                run(in, reply, fits, taken, Verity.MEASURE_BYTES, given, Verity::measure);
            }
            case Verity.ENABLE -> enableVerity(in, reply);
            default -> reply.fail(Errno.ENOTTY);
        }
    }

    private static boolean isFlags(long bytes) {
        return bytes == FLAGS_BYTES || bytes == FLAGS_BYTES_MAX;
    }

    /** One command with its argument in memory of ours. */
    @FunctionalInterface
    interface Command {
        int run(FileCalls calls, int fd, long argument);
    }

    /**
     * Runs a command on a worker.
     *
     * @param fits whether the sizes are those of the command
     * @param taken bytes of the request's argument that count
     * @param memoryBytes bytes of memory that the command works on, zeroed
     * @param given bytes of it that are the answer
     */
    private void run(
            IoctlIn in, IoctlReply reply, boolean fits, long taken, long memoryBytes, long given, Command command) {
        if (!fits) {
            reply.fail(Errno.EINVAL);
            return;
        }
        var handle = on.tree().handles().get(in.handle());
        if (handle == null || !handle.fd().acquire()) {
            reply.fail(Errno.EBADF);
            return;
        }
        run(handle.fd(), reply, argument(reply, taken, memoryBytes), given, command);
    }

    private void run(Fd held, IoctlReply reply, long memory, long given, Command command) {
        var fd = held.number();
        on.onWorker(reply, held, calls -> command.run(calls, fd, memory), (result, owner) -> {
            if (result < 0) {
                LaneTree.fail(owner, result);
            } else {
                owner.ok(result, memory, given);
            }
            Memory.free(memory);
        });
    }

    /** The argument, read once: its guest may change it at any time. */
    private static long argument(IoctlReply reply, long taken, long memoryBytes) {
        var memory = Memory.allocate(memoryBytes);
        reply.source().copyOut(0, memory, taken);
        return memory;
    }

    /** Reads the whole file, so one at a time on a file system. */
    private void enableVerity(IoctlIn in, IoctlReply reply) {
        var bytes = in.inBytes();
        if (bytes < Verity.ENABLE_BYTES || bytes > Verity.ENABLE_BYTES_MAX) {
            reply.fail(Errno.EINVAL);
            return;
        }
        var file = on.holdFile(in.handle(), reply);
        if (file == null) {
            return;
        }
        var sealing = file.volume().sealing();
        if (!sealing.tryAcquire()) {
            file.fd().release();
            reply.fail(Errno.EBUSY);
            return;
        }
        var memory = argument(reply, bytes, bytes);
        if (!Verity.pointInto(memory, bytes)) {
            Memory.free(memory);
            sealing.release();
            file.fd().release();
            reply.fail(Errno.EINVAL);
            return;
        }
        var fd = file.fd().number();
        on.onWorker(reply, file.fd(), calls -> calls.control(fd, Verity.ENABLE, memory), (result, owner) -> {
            Memory.free(memory);
            sealing.release();
            if (result < 0) {
                LaneTree.fail(owner, result);
            } else {
                owner.ok(result, 0, 0);
            }
        });
    }
}
