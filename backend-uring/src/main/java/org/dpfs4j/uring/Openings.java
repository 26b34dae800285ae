package org.dpfs4j.uring;

import org.dpfs4j.fs.OpenReply;
import org.dpfs4j.fs.StatusReply;
import org.dpfs4j.io.Completion;
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
     * writes back must go where they belong. Not O_NONBLOCK: the ring would answer EAGAIN where it should wait. O_DIRECT and
     * O_NOATIME only where they are configured: the guest has no cache of a direct file, and ours needs no alignment.
     */
    private static final int KEPT = OpenFlags.ACCESS_MODE | OpenFlags.TRUNC | OpenFlags.SYNC | OpenFlags.LARGEFILE;

    private final LaneTree on;
    private final Privileges privileges;
    private final boolean readonly;
    private final int kept;
    private final int plain;
    private final int fileFlags;
    private final int directoryFlags;

    Openings(LaneTree on, Privileges privileges) {
        this.on = on;
        this.privileges = privileges;
        readonly = on.tree().config().access().readonly();
        var cache = on.tree().config().cache();
        kept = KEPT
                | (cache.has(CacheOption.ALLOW_DIRECT_IO) ? OpenFlags.DIRECT : 0)
                | (cache.has(CacheOption.PRESERVE_NOATIME) ? OpenFlags.NOATIME : 0);
        plain = OpenFlags.RDONLY | (readonly ? OpenFlags.NOATIME : 0);
        fileFlags = cache.policy().fileFlags();
        directoryFlags = cache.policy().directoryFlags();
    }

    /**
     * A guest's flags as this server opens a regular file with; the access mode 3 stays and is refused by {@link #refusal}.
     * A guest that writes back completes pages by reading them, whatever its program may do.
     */
    int serverFlags(int guestFlags) {
        var flags = OpenFlags.toServer(on.tree().clientArch(), guestFlags) & kept;
        if (readonly) {
            return (flags & ~(OpenFlags.ACCESS_MODE | OpenFlags.TRUNC)) | OpenFlags.NOATIME;
        }
        var readToo = on.writesBack() && (flags & OpenFlags.ACCESS_MODE) == OpenFlags.WRONLY;
        return readToo ? (flags & ~OpenFlags.ACCESS_MODE) | OpenFlags.RDWR : flags;
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
        if (!node.isRegular() || mustBeDirectory(in.flags())) {
            node.fd().release();
            reply.fail(node.isRegular() ? Errno.ENOTDIR : unopened(node.format()));
            return;
        }
        if (!on.tree().reserve() && !reserveAfterAll()) {
            node.fd().release();
            reply.fail(Errno.ENFILE);
            return;
        }
        var flags = serverFlags(in.flags());
        var ready = isPlain(node, flags) ? on.ready().take(in.nodeId()) : null;
        if (ready != null) {
            answer(on.tree().open(new OpenFile(ready, node.volume(), node.id(), flags, true)), fileFlags, reply);
            node.fd().release();
            return;
        }
        var number = node.fd().number();
        Completion<OpenReply> done = (fd, owner) -> opened(fd, flags, node, owner);
        if ((flags & OpenFlags.TRUNC) != 0) {
            // How long this takes depends on the file, and says nothing about the volume.
            privileges.change(in.killsSetIds(), reply, node.fd(), calls -> reopen(calls, number, flags), done);
        } else {
            on.inquire(reply, node.fd(), node.volume(), calls -> open(calls, node, flags), done);
        }
    }

    private int open(FileCalls calls, FileNode node, int flags) {
        var fd = on.tree().nodes().open(calls, node, flags & ~OpenFlags.DIRECT);
        return fd >= 0 ? fd : reopen(calls, node.fd().number(), flags);
    }

    /** What is only kept ready goes first. */
    private boolean reserveAfterAll() {
        on.ready().clear();
        return on.tree().reserve();
    }

    /**
     * Whether all openings with these flags are alike: for reading, of a file of this machine. And whoever may open files by
     * their handles may read any, so that opening it again would not be refused.
     */
    private boolean isPlain(FileNode node, int flags) {
        return (flags & ~OpenFlags.LARGEFILE) == plain
                && node.volume().local()
                && node.host().byHandle();
    }

    /** Linux has looked by itself, which is no reason to open a file for a guest that wants a directory. */
    private boolean mustBeDirectory(int guestFlags) {
        return (OpenFlags.toServer(on.tree().clientArch(), guestFlags) & OpenFlags.DIRECTORY) != 0;
    }

    /** Opens a file or directory; the right to leave access times alone is only its owner's, and not worth a refusal. */
    static int reopen(FileCalls calls, int number, int flags) {
        var fd = calls.reopen(number, flags & ~OpenFlags.DIRECT);
        return fd == -Errno.EPERM.code() && (flags & OpenFlags.NOATIME) != 0
                ? calls.reopen(number, flags & ~(OpenFlags.NOATIME | OpenFlags.DIRECT))
                : fd;
    }

    /** Why something that is no regular file is not opened as one. */
    static Errno unopened(int mode) {
        return Mode.isDirectory(mode) ? Errno.EISDIR : Mode.isSymlink(mode) ? Errno.ELOOP : Errno.ENXIO;
    }

    private void opened(int fd, int flags, FileNode node, OpenReply reply) {
        if (fd < 0) {
            on.tree().unreserve();
            LaneTree.fail(reply, fd);
            return;
        }
        var opened = open(held(fd, node.volume()), flags, node.volume(), node.id(), isPlain(node, flags));
        answer(opened, fileFlags, reply);
    }

    /**
     * Enters an open file, for which {@link Tree#reserve} made room; 0 when the tree is closed, and it, too. It becomes
     * direct only now: where a file system has no direct files, open(2) would fail, with the new file left behind.
     */
    long enter(Fd fd, int flags, Volume volume, long nodeId) {
        return open(fd, flags, volume, nodeId, false);
    }

    private long open(Fd fd, int flags, Volume volume, long nodeId, boolean isPlain) {
        var direct = (flags & OpenFlags.DIRECT) != 0 && on.calls().makeDirect(fd.number());
        return on.tree().open(new OpenFile(fd, volume, nodeId, direct ? flags : flags & ~OpenFlags.DIRECT, isPlain));
    }

    /** A descriptor just opened, with the line that calls on it wait in. */
    Fd held(int fd, Volume volume) {
        return new Fd(fd, on.tree().nodes().line(volume));
    }

    /** How the guest shall treat an open file. */
    int fileFlags() {
        return fileFlags;
    }

    private static void answer(long handle, int flags, OpenReply reply) {
        if (handle == 0) {
            reply.fail(Errno.ESTALE);
            return;
        }
        reply.opened().handle(handle).flags(flags);
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
        if (!on.tree().reserve()) {
            node.fd().release();
            reply.fail(Errno.ENFILE);
            return;
        }
        var number = node.fd().number();
        var volume = node.volume();
        var mount = node.mount();
        var flags = OpenFlags.RDONLY | OpenFlags.DIRECTORY | (readonly ? OpenFlags.NOATIME : 0);
        on.inquire(reply, node.fd(), volume, calls -> reopen(calls, number, flags), (fd, owner) -> {
            if (fd < 0) {
                on.tree().unreserve();
                LaneTree.fail(owner, fd);
            } else {
                answer(
                        on.tree().open(new OpenDirectory(held(fd, volume), volume, node.id(), mount)),
                        directoryFlags,
                        owner);
            }
        });
    }

    /** Drops a handle; what is under way on it keeps its descriptor open. */
    void release(ReleaseIn in, StatusReply reply) {
        var handle = on.tree().take(in.handle());
        if (handle == null) {
            reply.fail(Errno.EBADF);
            return;
        }
        if (!(handle instanceof OpenFile file && file.isPlain() && kept(file))) {
            on.bury(handle);
        }
        reply.ok();
    }

    /** Keeps a file ready that the guest still knows, and may open again. */
    private boolean kept(OpenFile file) {
        var node = on.tree().nodes().hold(file.nodeId());
        if (node == null) {
            return false;
        }
        var kept = on.ready().keep(file.nodeId(), file.fd());
        node.fd().release();
        return kept;
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
