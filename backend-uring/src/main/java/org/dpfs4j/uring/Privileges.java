package org.dpfs4j.uring;

import org.dpfs4j.fs.Reply;
import org.dpfs4j.fs.WriteReply;
import org.dpfs4j.io.Completion;
import org.dpfs4j.io.Fd;
import org.dpfs4j.memory.Iovecs;
import org.dpfs4j.memory.Limits;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.WriteIn;

/**
 * What a program loses when its file is changed: set-id bits where the guest asks for it (HANDLE_KILLPRIV_V2; the host's kernel
 * clears them on a thread without the right to keep them), and its capabilities. Those the host's kernel takes as well, but not
 * where an {@code xattrmap} has put them under another name (CVE-2021-20263).
 */
final class Privileges {
    private final LaneTree on;
    private final long capability;

    Privileges(LaneTree on) {
        this.on = on;
        capability = on.tree().config().access().xattrs().capability();
    }

    /**
     * Whether nothing is lost by this write, so that it may go where it is quickest. What only another machine could tell is
     * taken to be lost.
     */
    boolean keeps(WriteIn in, OpenFile file) {
        return !in.killsSetIds() && (capability == 0 || (file.volume().local() && hasNoCapability(file.fd())));
    }

    private boolean hasNoCapability(Fd file) {
        return on.calls().getXattr(file.number(), capability, 0, 0) == -Errno.ENODATA.code();
    }

    /**
     * Runs a step that changes the content of {@code held}, on a worker, then releases it and completes. The guest has found
     * out whether set-id bits go.
     */
    <R extends Reply> void change(boolean clearSetIds, R reply, Fd held, Step step, Completion<R> done) {
        change(clearSetIds ? LaneTree.Group.ITS_OWN : null, reply, held, step, done);
    }

    /** As above, as a member of {@code clearing}, by which the kernel finds out; null to keep set-id bits. */
    <R extends Reply> void change(LaneTree.Group clearing, R reply, Fd held, Step step, Completion<R> done) {
        var number = held.number();
        Step whole = calls -> {
            var dropped = drop(calls, number);
            return dropped < 0 ? dropped : step.run(calls);
        };
        if (clearing != null) {
            on.clearingSetIds(reply, held, clearing, whole, done);
        } else {
            on.onWorker(reply, held, whole, done);
        }
    }

    /** Takes a file's capabilities where the kernel does not know them; 0, or a negated errno. */
    int drop(FileCalls calls, int fd) {
        var result = capability == 0 ? 0 : calls.removeXattr(fd, capability);
        // What cannot have attributes has no capabilities.
        return result == -Errno.ENODATA.code() || result == -Errno.EOPNOTSUPP.code() || result == -Errno.EPERM.code()
                ? 0
                : result;
    }

    /** Writes what takes privileges away; then releases {@code held}. */
    void write(WriteIn in, Fd held, int flags, WriteReply reply) {
        var number = held.number();
        var offset = in.offset();
        var source = reply.source();
        change(in.killsSetIds(), reply, held, calls -> write(calls, number, source, offset, flags), (result, owner) -> {
            if (result < 0) {
                LaneTree.fail(owner, result);
            } else {
                owner.ok(result);
            }
        });
    }

    /** Writes all of it if that is possible: bytes, or a negated errno when it is none. */
    private static int write(FileCalls calls, int fd, Iovecs source, long offset, int flags) {
        var size = source.sizeBytes();
        var done = 0L;
        try (var rest = new Rest()) {
            while (done < size) {
                var part = done == 0 && source.count() <= Limits.IOVECS_PER_CALL ? source : rest.of(source, done);
                var bytes = calls.write(fd, part, offset + done, flags);
                if (bytes <= 0) {
                    return (int) (done > 0 ? done : bytes);
                }
                done += bytes;
            }
        }
        return (int) done;
    }
}
