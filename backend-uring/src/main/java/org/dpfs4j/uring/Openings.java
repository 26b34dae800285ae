package org.dpfs4j.uring;

import org.dpfs4j.fs.OpenReply;
import org.dpfs4j.fs.StatusReply;
import org.dpfs4j.io.Fd;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.FlushIn;
import org.dpfs4j.wire.FsyncIn;
import org.dpfs4j.wire.Mode;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.OpenIn;
import org.dpfs4j.wire.ReleaseIn;

/**
 * Opens and closes files and directories. Only regular files and directories are ever opened: opening a FIFO or a device
 * would wait for, or act on, something of the server's machine; guests do that with their own.
 */
final class Openings {
    /**
     * What a handle keeps of a guest's flags. Not O_APPEND: the flags of each WRITE say it, and pages that the guest
     * writes back must go where they belong. Not O_NONBLOCK: the ring would answer EAGAIN where it should wait. Not
     * O_DIRECT: the guest has no cache of such a file, and ours needs no alignment.
     */
    private static final int KEPT =
            OpenFlags.ACCESS_MODE | OpenFlags.TRUNC | OpenFlags.SYNC | OpenFlags.NOATIME | OpenFlags.LARGEFILE;

    private final LaneTree on;
    private final Privileges privileges;
    private final boolean readonly;

    Openings(LaneTree on, Privileges privileges) {
        this.on = on;
        this.privileges = privileges;
        readonly = on.tree().config().access().readonly();
    }

    /** A guest's flags as this server opens a regular file with; the access mode 3 stays and is refused by {@link #refusal}. */
    int serverFlags(int guestFlags) {
        var flags = OpenFlags.toServer(on.tree().clientArch(), guestFlags) & KEPT;
        return readonly ? (flags & ~(OpenFlags.ACCESS_MODE | OpenFlags.TRUNC)) | OpenFlags.NOATIME : flags;
    }

    /** Why a guest's flags open nothing, or null. */
    static Errno refusal(int guestFlags) {
        var unusable = (guestFlags & OpenFlags.ACCESS_MODE) == OpenFlags.ACCESS_MODE;
        return unusable || (guestFlags & OpenFlags.PATH) != 0 ? Errno.EINVAL : null;
    }

    void open(OpenIn in, OpenReply reply) {
        var refusal = refusal(in.flags());
        if (refusal != null) {
            reply.fail(refusal);
            return;
        }
        var node = on.hold(in.nodeId(), reply);
        if (node == null) {
            return;
        }
        if (!node.isRegular()) {
            node.fd().release();
            reply.fail(unopened(node.format()));
            return;
        }
        var flags = serverFlags(in.flags());
        var volume = node.volume();
        var number = node.fd().number();
        if ((flags & OpenFlags.TRUNC) != 0) {
            // How long this takes depends on the file, and says nothing about the volume.
            Step step = calls -> reopen(calls, number, flags);
            privileges.change(in.killsSetIds(), reply, node.fd(), step, (fd, owner) -> {
                opened(fd, flags, volume, owner);
            });
        } else {
            on.inquire(reply, node.fd(), volume, calls -> reopen(calls, number, flags), (fd, owner) -> {
                opened(fd, flags, volume, owner);
            });
        }
    }

    /** Opens a file or directory; the right to leave access times alone is only its owner's, and not worth a refusal. */
    static int reopen(FileCalls calls, int number, int flags) {
        var fd = calls.reopen(number, flags);
        return fd == -Errno.EPERM.code() && (flags & OpenFlags.NOATIME) != 0
                ? calls.reopen(number, flags & ~OpenFlags.NOATIME)
                : fd;
    }

    /** Why something that is no regular file is not opened as one. */
    static Errno unopened(int mode) {
        return Mode.isDirectory(mode) ? Errno.EISDIR : Mode.isSymlink(mode) ? Errno.ELOOP : Errno.ENXIO;
    }

    private void opened(int fd, int flags, Volume volume, OpenReply reply) {
        if (fd < 0) {
            LaneTree.fail(reply, fd);
            return;
        }
        answer(enter(fd, flags, volume), reply);
    }

    /** Enters an open file; 0 when there was no place for it, and it is closed. */
    long enter(int fd, int flags, Volume volume) {
        return on.tree().open(new OpenFile(new Fd(fd), volume, (flags & OpenFlags.SYNC) != 0));
    }

    private static void answer(long handle, OpenReply reply) {
        if (handle == 0) {
            reply.fail(Errno.ENFILE);
            return;
        }
        reply.opened().handle(handle);
        reply.ok();
    }

    void opendir(OpenIn in, OpenReply reply) {
        var node = on.hold(in.nodeId(), reply);
        if (node == null) {
            return;
        }
        if (!node.isDirectory()) {
            node.fd().release();
            reply.fail(Errno.ENOTDIR);
            return;
        }
        var number = node.fd().number();
        var volume = node.volume();
        var flags = OpenFlags.RDONLY | OpenFlags.DIRECTORY | (readonly ? OpenFlags.NOATIME : 0);
        on.inquire(reply, node.fd(), volume, calls -> reopen(calls, number, flags), (fd, owner) -> {
            if (fd < 0) {
                LaneTree.fail(owner, fd);
            } else {
                answer(on.tree().open(new OpenDirectory(new Fd(fd), volume)), owner);
            }
        });
    }

    /** Drops a handle; what is under way on it keeps its descriptor open. */
    void release(ReleaseIn in, StatusReply reply) {
        var handle = on.tree().handles().remove(in.handle());
        if (handle == null) {
            reply.fail(Errno.EBADF);
            return;
        }
        on.bury(handle.fd());
        reply.ok();
    }

    /** Late errors exist only where the data is kept elsewhere; closing a copy of the descriptor brings them out. */
    void flush(FlushIn in, StatusReply reply) {
        var file = on.holdFile(in.handle(), reply);
        if (file == null) {
            return;
        }
        if (file.volume().local()) {
            file.fd().release();
            reply.ok();
            return;
        }
        var number = file.fd().number();
        on.onWorker(reply, file.fd(), calls -> calls.closeCopy(number), LaneTree::status);
    }

    void fsync(FsyncIn in, StatusReply reply) {
        var file = on.holdFile(in.handle(), reply);
        if (file != null) {
            sync(file.fd(), in.dataOnly(), reply);
        }
    }

    void fsyncdir(FsyncIn in, StatusReply reply) {
        var directory = on.holdDirectory(in.handle(), reply);
        if (directory != null) {
            sync(directory.fd(), in.dataOnly(), reply);
        }
    }

    private void sync(Fd held, boolean dataOnly, StatusReply reply) {
        on.lane().ring().fsync(reply, held, dataOnly, LaneTree::status);
        held.release();
    }
}
