package org.dpfs4j.template;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.dpfs4j.fs.AttrReply;
import org.dpfs4j.fs.CreateReply;
import org.dpfs4j.fs.DataReply;
import org.dpfs4j.fs.DirReply;
import org.dpfs4j.fs.EntryReply;
import org.dpfs4j.fs.FileSystem;
import org.dpfs4j.fs.HandleTable;
import org.dpfs4j.fs.NodeTable;
import org.dpfs4j.fs.OpenReply;
import org.dpfs4j.fs.Reply;
import org.dpfs4j.fs.StatfsReply;
import org.dpfs4j.fs.StatusReply;
import org.dpfs4j.fs.WriteReply;
import org.dpfs4j.memory.Limits;
import org.dpfs4j.wire.CreateIn;
import org.dpfs4j.wire.EntryOut;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.FsyncIn;
import org.dpfs4j.wire.GetattrIn;
import org.dpfs4j.wire.LinkIn;
import org.dpfs4j.wire.MkdirIn;
import org.dpfs4j.wire.MknodIn;
import org.dpfs4j.wire.Mode;
import org.dpfs4j.wire.Name;
import org.dpfs4j.wire.NameIn;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.OpenIn;
import org.dpfs4j.wire.Protocol;
import org.dpfs4j.wire.ReadIn;
import org.dpfs4j.wire.ReaddirIn;
import org.dpfs4j.wire.ReleaseIn;
import org.dpfs4j.wire.RenameIn;
import org.dpfs4j.wire.Request;
import org.dpfs4j.wire.SetattrIn;
import org.dpfs4j.wire.SetattrValid;
import org.dpfs4j.wire.SymlinkIn;
import org.dpfs4j.wire.WriteIn;

/**
 * The tree as one lane sees it. Every method has the same shape: find what the guest's numbers mean, refuse or do it, answer.
 *
 * <p>Why this file is long: it is the whole of what a guest can ask. Names are bytes, not text. Here each byte becomes a char of ISO 8859-1, which keeps all 256 of them apart.
 */
final class MemoryFileSystem implements FileSystem {
    private static final int SET_IDS = Mode.SET_UID | Mode.SET_GID;

    private final Tree tree;
    private final NodeTable<Inode, MemoryNode> nodes;
    private final HandleTable<OpenFile> handles;
    private final long timeoutNanos;
    private final MemorySegment nameBytes = Arena.ofAuto().allocate(Limits.NAME_BYTES);

    MemoryFileSystem(
            Tree tree, MemoryConfig config, NodeTable<Inode, MemoryNode> nodes, HandleTable<OpenFile> handles) {
        this.tree = tree;
        this.nodes = nodes;
        this.handles = handles;
        timeoutNanos = config.attrTimeout().toNanos();
    }

    /** Does something to the tree; the one place where errors become answers. */
    private void locked(Reply reply, Runnable work) {
        tree.lock();
        try {
            work.run();
        } catch (Refused e) {
            reply.fail(e.errno());
        } finally {
            tree.unlock();
        }
    }

    private Inode inode(long nodeId) {
        var node = nodes.get(nodeId);
        if (node == null) {
            throw new Refused(Errno.ESTALE);
        }
        return node.inode();
    }

    private Inode directory(long nodeId) {
        var inode = inode(nodeId);
        if (inode.directory == null) {
            throw new Refused(Errno.ENOTDIR);
        }
        return inode;
    }

    private OpenFile openFile(long handle) {
        var file = handles.get(handle);
        if (file == null) {
            throw new Refused(Errno.EBADF);
        }
        return file;
    }

    private OpenFile regularFile(long handle) {
        var file = openFile(handle);
        if (file.inode().pages == null) {
            throw new Refused(Errno.EISDIR);
        }
        return file;
    }

    private static String text(Name name) {
        return new String(name.bytes(), ISO_8859_1);
    }

    @Override
    public void forget(long nodeId, long lookups) {
        nodes.forget(nodeId, lookups);
    }

    @Override
    public void lookup(NameIn in, EntryReply reply) {
        locked(reply, () -> answer(tree.find(directory(in.nodeId()), text(in.name())).inode, reply));
    }

    private void answer(Inode inode, EntryReply reply) {
        fill(reply.entry(), inode, lookedUp(inode));
        reply.ok();
    }

    /** Counts a lookup. The node that is not needed, when this one is known already, is dropped by the table. */
    private long lookedUp(Inode inode) {
        var node = nodes.lookup(inode, new MemoryNode(tree.use(inode)));
        if (node == null) {
            throw new Refused(Errno.ENFILE);
        }
        return node.id();
    }

    private void fill(EntryOut entry, Inode inode, long nodeId) {
        entry.nodeId(nodeId).entryTimeoutNanos(timeoutNanos).attrTimeoutNanos(timeoutNanos);
        inode.fill(entry.attr());
    }

    @Override
    public void getattr(GetattrIn in, AttrReply reply) {
        locked(reply, () -> {
            var inode = in.hasHandle() ? openFile(in.handle()).inode() : inode(in.nodeId());
            answer(inode, reply);
        });
    }

    private void answer(Inode inode, AttrReply reply) {
        var out = reply.attr().attrTimeoutNanos(timeoutNanos);
        inode.fill(out.attr());
        reply.ok();
    }

    @Override
    public void setattr(SetattrIn in, AttrReply reply) {
        locked(reply, () -> {
            var inode = in.sets(SetattrValid.FH) ? openFile(in.handle()).inode() : inode(in.nodeId());
            if (!in.timesAreValid() || setsNobody(in)) {
                throw new Refused(Errno.EINVAL);
            }
            if (in.sets(SetattrValid.SIZE)) {
                tree.resize(inode, in.sizeBytes());
            }
            setOwner(in, inode);
            setTimes(in, inode);
            answer(inode, reply);
        });
    }

    private static boolean setsNobody(SetattrIn in) {
        return (in.sets(SetattrValid.UID) && in.ownerUid() == Protocol.INVALID_ID)
                || (in.sets(SetattrValid.GID) && in.ownerGid() == Protocol.INVALID_ID);
    }

    private static void setOwner(SetattrIn in, Inode inode) {
        inode.mode =
                in.sets(SetattrValid.MODE) ? (inode.mode & Mode.FORMAT) | (in.mode() & Mode.PERMISSIONS) : inode.mode;
        inode.uid = in.sets(SetattrValid.UID) ? in.ownerUid() : inode.uid;
        inode.gid = in.sets(SetattrValid.GID) ? in.ownerGid() : inode.gid;
        if (in.sets(SetattrValid.KILL_SUIDGID)) {
            inode.mode &= ~SET_IDS;
        }
    }

    private static void setTimes(SetattrIn in, Inode inode) {
        var now = Time.now();
        if (in.sets(SetattrValid.ATIME_NOW | SetattrValid.ATIME)) {
            var given = new Time(in.atimeSeconds(), (int) in.atimeNanos());
            inode.accessed = in.sets(SetattrValid.ATIME_NOW) ? now : given;
        }
        if (in.sets(SetattrValid.MTIME_NOW | SetattrValid.MTIME)) {
            var given = new Time(in.mtimeSeconds(), (int) in.mtimeNanos());
            inode.modified = in.sets(SetattrValid.MTIME_NOW) ? now : given;
        }
        inode.changed = in.sets(SetattrValid.CTIME) ? new Time(in.ctimeSeconds(), (int) in.ctimeNanos()) : now;
    }

    @Override
    public void readlink(Request in, DataReply reply) {
        locked(reply, () -> {
            var target = inode(in.nodeId()).target;
            if (target == null) {
                throw new Refused(Errno.EINVAL);
            }
            try (var arena = Arena.ofConfined()) {
                var bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, target);
                reply.ok(bytes.address(), bytes.byteSize());
            }
        });
    }

    @Override
    public void symlink(SymlinkIn in, EntryReply reply) {
        make(in, in.name(), Mode.SYMLINK | 0777, 0, in.target().bytes(), reply);
    }

    @Override
    public void mknod(MknodIn in, EntryReply reply) {
        var format = in.mode() & Mode.FORMAT;
        if (format == Mode.DIRECTORY || format == Mode.SYMLINK) {
            reply.fail(Errno.EINVAL);
            return;
        }
        var mode = (in.mode() & Mode.PERMISSIONS) | (format == 0 ? Mode.REGULAR : format);
        make(in, in.name(), mode, in.rdev(), null, reply);
    }

    @Override
    public void mkdir(MkdirIn in, EntryReply reply) {
        make(in, in.name(), Mode.DIRECTORY | (in.mode() & Mode.PERMISSIONS), 0, null, reply);
    }

    private void make(Request in, Name name, int mode, int device, byte[] target, EntryReply reply) {
        locked(reply, () -> {
            var parent = directory(in.nodeId());
            answer(tree.make(parent, text(name), mode, device, target, in.uid(), in.gid()), reply);
        });
    }

    @Override
    public void unlink(NameIn in, StatusReply reply) {
        locked(reply, () -> {
            tree.remove(directory(in.nodeId()), text(in.name()), false);
            reply.ok();
        });
    }

    @Override
    public void rmdir(NameIn in, StatusReply reply) {
        locked(reply, () -> {
            tree.remove(directory(in.nodeId()), text(in.name()), true);
            reply.ok();
        });
    }

    @Override
    public void rename(RenameIn in, StatusReply reply) {
        locked(reply, () -> {
            var parent = directory(in.nodeId());
            tree.rename(parent, text(in.name()), directory(in.newParentId()), text(in.newName()), in.flags());
            reply.ok();
        });
    }

    @Override
    public void link(LinkIn in, EntryReply reply) {
        locked(reply, () -> {
            var inode = inode(in.oldNodeId());
            tree.link(inode, directory(in.nodeId()), text(in.name()));
            answer(inode, reply);
        });
    }

    @Override
    public void create(CreateIn in, CreateReply reply) {
        locked(reply, () -> {
            var parent = directory(in.nodeId());
            var inode = createOrFind(in, parent, text(in.name()));
            var nodeId = lookedUp(inode);
            reply.opened().handle(openOrForget(inode, in.flags(), nodeId));
            fill(reply.entry(), inode, nodeId);
            reply.ok();
        });
    }

    /** A guest that gets an error knows nothing of the lookup. */
    private long openOrForget(Inode inode, int flags, long nodeId) {
        try {
            return open(inode, flags);
        } catch (Refused e) {
            nodes.forget(nodeId, 1);
            throw e;
        }
    }

    /** Without O_EXCL, a file that another guest has made in the meantime is opened. */
    private Inode createOrFind(CreateIn in, Inode parent, String name) {
        var entry = parent.directory.get(name);
        if (entry == null) {
            var mode = Mode.REGULAR | (in.mode() & Mode.PERMISSIONS);
            return tree.make(parent, name, mode, 0, null, in.uid(), in.gid());
        }
        if ((in.flags() & OpenFlags.EXCL) != 0) {
            throw new Refused(Errno.EEXIST);
        }
        return entry.inode;
    }

    @Override
    public void open(OpenIn in, OpenReply reply) {
        locked(reply, () -> {
            reply.opened().handle(open(inode(in.nodeId()), in.flags()));
            reply.ok();
        });
    }

    /** Opens a regular file. The flags used here have one value on every architecture; others need OpenFlags.toServer. */
    private long open(Inode inode, int flags) {
        if (inode.pages == null) {
            throw new Refused(inode.directory != null ? Errno.EISDIR : Errno.ELOOP);
        }
        var handle = enter(new OpenFile(inode, flags));
        if ((flags & OpenFlags.TRUNC) != 0) {
            tree.resize(inode, 0);
        }
        return handle;
    }

    private long enter(OpenFile file) {
        tree.use(file.inode());
        var handle = handles.add(file);
        if (handle == 0) {
            tree.drop(file.inode());
            throw new Refused(Errno.ENFILE);
        }
        return handle;
    }

    /** The hot path: nothing is allocated, the bytes go straight to the guest's memory. */
    @Override
    public void read(ReadIn in, DataReply reply) {
        tree.lock();
        try {
            var file = regularFile(in.handle());
            if (!file.readable()) {
                reply.fail(Errno.EBADF);
            } else if (in.offset() < 0) {
                reply.fail(Errno.EINVAL);
            } else {
                reply.ok(file.inode().pages.read(in.offset(), reply.target()));
            }
        } catch (Refused e) {
            reply.fail(e.errno());
        } finally {
            tree.unlock();
        }
    }

    @Override
    public void write(WriteIn in, WriteReply reply) {
        tree.lock();
        try {
            var file = regularFile(in.handle());
            var inode = file.inode();
            var offset = file.appends() ? inode.sizeBytes() : in.offset();
            if (!file.writable()) {
                reply.fail(Errno.EBADF);
            } else if (offset < 0) {
                reply.fail(Errno.EINVAL);
            } else {
                tree.write(inode, offset, reply.source());
                reply.ok(reply.source().sizeBytes());
            }
        } catch (Refused e) {
            reply.fail(e.errno());
        } finally {
            tree.unlock();
        }
    }

    @Override
    public void release(ReleaseIn in, StatusReply reply) {
        var file = handles.remove(in.handle());
        if (file == null) {
            reply.fail(Errno.EBADF);
            return;
        }
        tree.drop(file.inode());
        reply.ok();
    }

    /** What is in memory is as durable as it will be. */
    @Override
    public void fsync(FsyncIn in, StatusReply reply) {
        if (handles.get(in.handle()) == null) {
            reply.fail(Errno.EBADF);
            return;
        }
        reply.ok();
    }

    @Override
    public void fsyncdir(FsyncIn in, StatusReply reply) {
        fsync(in, reply);
    }

    @Override
    public void statfs(Request in, StatfsReply reply) {
        locked(reply, () -> {
            inode(in.nodeId());
            var free = tree.freeBytes();
            reply.statfs()
                    .blocks(tree.sizeBytes() / Pages.PAGE_BYTES)
                    .freeBlocks(free / Pages.PAGE_BYTES)
                    .availableBlocks(free / Pages.PAGE_BYTES)
                    .files(tree.sizeBytes() / Tree.INODE_BYTES)
                    .freeFiles(free / Tree.INODE_BYTES)
                    .blockBytes(Pages.PAGE_BYTES)
                    .fragmentBytes(Pages.PAGE_BYTES)
                    .nameMax(Limits.NAME_BYTES);
            reply.ok();
        });
    }

    @Override
    public void opendir(OpenIn in, OpenReply reply) {
        locked(reply, () -> {
            reply.opened().handle(enter(new OpenFile(directory(in.nodeId()), in.flags())));
            reply.ok();
        });
    }

    @Override
    public void releasedir(ReleaseIn in, StatusReply reply) {
        release(in, reply);
    }

    @Override
    public void readdir(ReaddirIn in, DirReply reply) {
        list(in, reply, false);
    }

    @Override
    public void readdirplus(ReaddirIn in, DirReply reply) {
        list(in, reply, true);
    }

    /** Adds what fits. Nothing added means the end, so when entries are left and not one fits, that is an error. */
    private void list(ReaddirIn in, DirReply reply, boolean plus) {
        locked(reply, () -> {
            var inode = openFile(in.handle()).inode();
            if (inode.directory == null) {
                throw new Refused(Errno.ENOTDIR);
            }
            if (in.cookie() < 0) {
                throw new Refused(Errno.EINVAL);
            }
            var cookie = in.cookie();
            var next = next(inode, cookie);
            while (next != null && reply.fits(next.name.length())) {
                add(next, reply, plus);
                cookie = next.cookie;
                next = next(inode, cookie);
            }
            if (next != null && cookie == in.cookie()) {
                throw new Refused(Errno.EINVAL);
            }
            reply.ok();
        });
    }

    /** The entry behind a cookie: ".", "..", then what is in the directory; null at the end. */
    private static Directory.Entry next(Inode inode, long cookie) {
        if (cookie == 0) {
            return new Directory.Entry(".", 1, inode);
        }
        return cookie == 1
                ? new Directory.Entry("..", Directory.DOT_DOT, inode.directory.parent)
                : inode.directory.after(cookie);
    }

    /** A lookup is counted only for what is really added, and never for the dots. */
    private void add(Directory.Entry entry, DirReply reply, boolean plus) {
        var name = entry.name.getBytes(ISO_8859_1);
        MemorySegment.copy(name, 0, nameBytes, ValueLayout.JAVA_BYTE, 0, name.length);
        if (plus) {
            fill(reply.entry(), entry.inode, entry.cookie > Directory.DOT_DOT ? lookedUp(entry.inode) : 0);
        }
        var type = Mode.direntType(entry.inode.mode);
        reply.add(entry.inode.number, entry.cookie, type, nameBytes.address(), name.length);
    }
}
