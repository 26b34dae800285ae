package org.dpfs4j.uring;

import org.dpfs4j.fs.IoctlReply;
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

    /** One command with its argument in memory of ours. */
    @FunctionalInterface
    private interface Command {
        int run(FileCalls calls, int fd, long argument);
    }

    /**
     * How a command is run.
     *
     * @param fits whether the sizes are those of the command
     * @param taken bytes of the request's argument that count
     * @param memoryBytes bytes of memory that the command works on, zeroed
     * @param given bytes of it that are the answer
     */
    private record Run(boolean fits, long taken, long memoryBytes, long given, Command command) {}

    void ioctl(IoctlIn in, IoctlReply reply) {
        var handle = on.tree().handles().get(in.handle());
        if (handle == null) {
            reply.fail(Errno.EBADF);
            return;
        }
        var known = (in.flags() & IoctlFlags.UNRESTRICTED) == 0;
        if (known && in.command() == Verity.ENABLE) {
            enableVerity(in, handle, reply);
            return;
        }
        var run = known ? of(in) : null;
        if (run == null || !run.fits) {
            reply.fail(run == null ? Errno.ENOTTY : Errno.EINVAL);
            return;
        }
        run(run, handle, argument(reply, run.taken, run.memoryBytes), reply);
    }

    private static Run of(IoctlIn in) {
        var taken = in.inBytes();
        var given = in.outBytes();
        return switch (in.command()) {
            case FileFlags.GET_FLAGS -> new Run(isFlags(given), 0, FLAGS_BYTES_MAX, given, get(FileFlags.GET_FLAGS));
            case FileFlags.SET_FLAGS -> new Run(isFlags(taken), FLAGS_BYTES, FLAGS_BYTES, 0, FileFlags::setFlags);
            case FileFlags.GET_XFLAGS ->
                new Run(given == FileFlags.XFLAGS_BYTES, 0, given, given, get(FileFlags.GET_XFLAGS));
            case FileFlags.SET_XFLAGS ->
                new Run(taken == FileFlags.XFLAGS_BYTES, taken, taken, 0, FileFlags::setXflags);
            case Verity.MEASURE ->
                new Run(Verity.measures(taken, given), taken, Verity.MEASURE_BYTES, given, Verity::measure);
            default -> null;
        };
    }

    private static Command get(int command) {
        return (calls, fd, argument) -> calls.control(fd, command, argument);
    }

    private static boolean isFlags(long bytes) {
        return bytes == FLAGS_BYTES || bytes == FLAGS_BYTES_MAX;
    }

    private void run(Run run, Handle handle, Block argument, IoctlReply reply) {
        var held = handle.fd();
        if (!held.acquire()) {
            argument.close();
            reply.fail(Errno.EBADF);
            return;
        }
        var fd = held.number();
        var memory = argument.address();
        on.onWorker(reply, held, calls -> run.command.run(calls, fd, memory), (result, owner) -> {
            try (argument) {
                if (result < 0) {
                    LaneTree.fail(owner, result);
                } else {
                    owner.ok(result, memory, run.given);
                }
            }
        });
    }

    /**
     * The argument, read once: its guest may change it at any time. It may also be gone, and this throws; so it comes before
     * all that would have to be given back.
     */
    private static Block argument(IoctlReply reply, long taken, long memoryBytes) {
        var block = Block.of(memoryBytes);
        try {
            reply.source().copyOut(0, block.address(), taken);
        } catch (RuntimeException | Error gone) {
            block.close();
            throw gone;
        }
        return block;
    }

    /** Reads the whole file, so one at a time on a file system. */
    private void enableVerity(IoctlIn in, Handle handle, IoctlReply reply) {
        var bytes = in.inBytes();
        if (bytes < Verity.ENABLE_BYTES || bytes > Verity.ENABLE_BYTES_MAX) {
            reply.fail(Errno.EINVAL);
            return;
        }
        var argument = argument(reply, bytes, bytes);
        var refusal = seal(argument.address(), bytes, handle);
        if (refusal != null) {
            argument.close();
            reply.fail(refusal);
            return;
        }
        var fd = handle.fd().number();
        Step step = calls -> calls.control(fd, Verity.ENABLE, argument.address());
        on.onWorker(reply, handle.fd(), step, (result, owner) -> {
            argument.close();
            handle.volume().sealing().release();
            if (result < 0) {
                LaneTree.fail(owner, result);
            } else {
                owner.ok(result, 0, 0);
            }
        });
    }

    /** Why a file cannot be sealed now; null when it is held for that, and the file system's turn is taken. */
    private static Errno seal(long argument, long bytes, Handle handle) {
        if (!Verity.pointInto(argument, bytes)) {
            return Errno.EINVAL;
        }
        if (!handle.volume().sealing().tryAcquire()) {
            return Errno.EBUSY;
        }
        if (!handle.fd().acquire()) {
            handle.volume().sealing().release();
            return Errno.EBADF;
        }
        return null;
    }
}
