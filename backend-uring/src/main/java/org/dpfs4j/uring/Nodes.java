package org.dpfs4j.uring;

import java.security.SecureRandom;
import org.dpfs4j.io.Fd;
import org.dpfs4j.io.Line;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.Mode;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.Protocol;
import org.dpfs4j.wire.Statx;

/**
 * The files that a device's guest knows: by id and by what they are. A node is an entry outside the Java heap; those needed
 * lately have a descriptor as well. Several lanes use it at once. Longer than other files; why: what is done in which order, and
 * undone when another lane was quicker, is to be seen in one place.
 *
 * <p>What a lane may still do while, or after, this is closed finds nothing: the memory refuses to be read then.
 */
final class Nodes implements AutoCloseable {
    /** Room for one more node, see {@link #reserve}. */
    enum Room {
        NONE,
        ENTRY,
        ENTRY_AND_DESCRIPTOR
    }

    final Mounts mounts;
    final DescriptorBudget.Account account;
    private final FileKey rootKey;
    private final boolean exporting;
    private final int generation;
    final NodeMemory memory;
    final NodeIndex index;
    final HotNodes hot;
    private final Forgotten forgotten;

    /**
     * A table that knows the root, which is never forgotten.
     *
     * @param root what it is; its descriptor is the table's own from now on
     * @param exports whether the guest may ask for what it has forgotten by its id
     */
    Nodes(BudgetConfig budget, Mounts mounts, DescriptorBudget.Account account, Root root, boolean exports) {
        this.mounts = mounts;
        this.account = account;
        var random = new SecureRandom();
        memory = new NodeMemory((int) Math.min(Integer.MAX_VALUE, budget.nodesMax() + 1L));
        index = new NodeIndex(memory, random.nextLong());
        hot = new HotNodes(memory, account);
        forgotten = new Forgotten(memory);
        exporting = exports && root.host.byHandle();
        generation = random.nextInt(1, Integer.MAX_VALUE);
        account.trimmedBy(hot::trim);
        var statx = root.statx;
        rootKey = FileKey.of(statx);
        var place = memory.allocate(false);
        memory.fill(place, FileKey.device(statx), statx.ino(), statx.mountId(), statx.mode(), 0);
        index.enter(place);
        hot.place(new FileNode(
                Protocol.ROOT_ID,
                new Fd(root.descriptor, root.host.line()),
                statx.mode(),
                FileKey.mount(statx),
                root.host,
                true));
    }

    /**
     * What a table begins with.
     *
     * @param descriptor of the root directory, O_PATH
     * @param host the mount that was joined for it
     * @param statx its attributes
     */
    record Root(int descriptor, HostMount host, Statx statx) {}

    /** What the root is. */
    FileKey root() {
        return rootKey;
    }

    /** Whether the guest may ask for what it has forgotten by its id. */
    boolean exports() {
        return exporting;
    }

    /** What goes with an id in the guest's own file handles, so that those of another session are refused; the root's is 0. */
    long generation(long id) {
        return id == Protocol.ROOT_ID ? 0 : generation;
    }

    /** Where calls on a volume wait. */
    Line line(Volume volume) {
        return mounts.line(volume);
    }

    /** The node of an id, if it has a descriptor: held until its {@code fd()} is released; else null. */
    FileNode hold(long id) {
        try {
            return hot.hold(id);
        } catch (IllegalStateException closed) {
            return null;
        }
    }

    /**
     * Opens the file of an id again, by its handle: another file that has its place by now is refused.
     *
     * @return an O_PATH descriptor; or a negated errno, -ESTALE when the id or its file is gone
     */
    int reopen(FileCalls calls, long id) {
        HostMount host;
        long device;
        long inode;
        int mode;
        try {
            if (!memory.handle(id, calls.handleAddress())) {
                return -Errno.ESTALE.code();
            }
            var entry = memory.index(id);
            device = memory.device(entry);
            inode = memory.inode(entry);
            mode = memory.mode(entry);
            host = mounts.get(memory.mount(entry), device);
        } catch (IllegalStateException closed) {
            return -Errno.ESTALE.code();
        }
        var fd = host == null ? -Errno.ESTALE.code() : openHandle(calls, host, OpenFlags.PATH);
        return fd < 0 ? fd : checked(calls, fd, device, inode, mode);
    }

    /**
     * Opens the file of a node, which is held, by its handle: that is quicker than by /proc.
     *
     * @return a negated errno where that cannot be done, which need not be why the file cannot be opened
     */
    int open(FileCalls calls, FileNode node, int flags) {
        try {
            return memory.handle(node.id(), calls.handleAddress())
                    ? openHandle(calls, node.host(), flags)
                    : -Errno.ESTALE.code();
        } catch (IllegalStateException closed) {
            return -Errno.ESTALE.code();
        }
    }

    private static int openHandle(FileCalls calls, HostMount host, int flags) {
        if (!host.byHandle() || !host.descriptor().acquire()) {
            return -Errno.ESTALE.code();
        }
        var fd = calls.openHandle(host.descriptor().number(), flags);
        host.descriptor().release();
        return fd;
    }

    private static int checked(FileCalls calls, int fd, long device, long inode, int mode) {
        var result = calls.attributesAside(fd);
        var seen = calls.aside();
        if (result == 0
                && seen.ino() == inode
                && FileKey.device(seen) == device
                && (seen.mode() & Mode.FORMAT) == (mode & Mode.FORMAT)) {
            return fd;
        }
        calls.close(fd);
        return result < 0 ? result : -Errno.ESTALE.code();
    }

    /** The node of an id, with a descriptor that was opened again and that {@link FileCalls#aside} describes; held. */
    FileNode hold(FileCalls calls, long id, int descriptor) {
        hot.missed();
        return held(calls, id, descriptor);
    }

    /**
     * Gives a node a descriptor of its own, whose file has no name any more and is about to be closed: it could not be opened
     * again.
     *
     * @param file the open file, which {@link FileCalls#aside} describes
     * @return whether the guest knows the node still, and it has one now
     */
    boolean keep(FileCalls calls, long id, Fd file) {
        if (!isKnown(id)) {
            return false;
        }
        var descriptor = calls.reopen(file.number(), OpenFlags.PATH);
        var node = descriptor < 0 ? null : held(calls, id, descriptor);
        if (node == null) {
            return false;
        }
        node.fd().release();
        return isOpen(id);
    }

    /**
     * Gives the file of a name a descriptor, if the guest knows it and it has none: it may be about to lose its last name.
     *
     * @param directory a descriptor of the directory that the name is in
     */
    void keepNamed(FileCalls calls, int directory, long name) {
        try {
            if (memory.known() == hot.placed() || calls.attributes(directory, name) < 0) {
                return;
            }
            var statx = calls.statx();
            var id = index.found(FileKey.device(statx), statx.ino(), statx.mountId());
            if (id != 0) {
                keep(calls, id);
                takeBack(id);
            }
        } catch (IllegalStateException closed) {
            // Nothing is kept any more.
            return;
        }
    }

    private void keep(FileCalls calls, long id) {
        var descriptor = isOpen(id) ? -1 : reopen(calls, id);
        var node = descriptor < 0 ? null : held(calls, id, descriptor);
        if (node != null) {
            node.fd().release();
        }
    }

    private boolean isKnown(long id) {
        try {
            return memory.isAlive(id);
        } catch (IllegalStateException closed) {
            return false;
        }
    }

    private FileNode held(FileCalls calls, long id, int descriptor) {
        var seen = calls.aside();
        var host = mounts.get(seen.mountId(), FileKey.device(seen));
        if (host == null) {
            calls.close(descriptor);
            return null;
        }
        var fresh = new FileNode(id, new Fd(descriptor, host.line()), seen.mode(), FileKey.mount(seen), host, false);
        var held = fresh.fd().acquire();
        assert held : "new";
        try {
            if (hot.install(calls, fresh) != fresh) {
                fresh.fd().close();
            }
        } catch (IllegalStateException closed) {
            fresh.fd().close();
        }
        return fresh;
    }

    /**
     * Makes room for a node that is about to come into being in a directory.
     *
     * @return {@link Room#NONE} when there is none; else it is for {@link #enter}, or {@link #unreserve}
     */
    Room reserve(FileNode directory) {
        try {
            if (!memory.reserve() && !(expireOne() && memory.reserve())) {
                return Room.NONE;
            }
        } catch (IllegalStateException closed) {
            return Room.NONE;
        }
        if (directory.host().byHandle()) {
            return Room.ENTRY;
        }
        if (account.pin()) {
            return Room.ENTRY_AND_DESCRIPTOR;
        }
        memory.unreserve();
        return Room.NONE;
    }

    /** Gives back what was not needed. */
    void unreserve(Room room) {
        if (room != Room.NONE) {
            memory.unreserve();
        }
        if (room == Room.ENTRY_AND_DESCRIPTOR) {
            account.unpin();
        }
    }

    /** A number to give to {@link #foundOpen}, from before the attributes were read. */
    long changes() {
        return index.changes();
    }

    /**
     * Finds a file by its attributes alone and counts a lookup of it. That they are this file's is certain only where it
     * has had a descriptor ever since they were read: else its inode number may have become another file's.
     *
     * @param changes what {@link #changes} was before
     * @return 0 when it is not certain, or it is not known
     */
    long foundOpen(Statx statx, long changes) {
        try {
            var id = index.found(FileKey.device(statx), statx.ino(), statx.mountId());
            if (id == 0 || (isOpen(id) && index.changes() == changes)) {
                return id;
            }
            takeBack(id);
            return 0;
        } catch (IllegalStateException closed) {
            return 0;
        }
    }

    /**
     * Enters a file by {@link FileCalls#statx} and the handle at {@link FileCalls#handleAddress} alone, and counts a lookup
     * of it. Both were read by one name, which may have come to mean another file in between: then opening the node
     * fails as for a file that is gone, and the next lookup of that inode makes another.
     *
     * @return its id; 0 when it has to be opened to tell
     */
    long enterByHandle(FileCalls calls) {
        try {
            var statx = calls.statx();
            var device = FileKey.device(statx);
            var id = index.found(device, statx.ino(), statx.mountId());
            return id == 0 ? enterFreshByHandle(calls, statx, device) : knownByHandle(calls, id);
        } catch (IllegalStateException closed) {
            return 0;
        }
    }

    private long enterFreshByHandle(FileCalls calls, Statx statx, long device) {
        if (mounts.joinByHandle(statx) == null) {
            return 0;
        }
        var entry = memory.allocate(false);
        if (entry == NodeMemory.NONE) {
            mounts.leave(statx.mountId(), device);
            return 0;
        }
        memory.fill(entry, device, statx.ino(), statx.mountId(), statx.mode(), calls.handleAddress());
        var id = memory.id(entry);
        var other = index.enter(entry);
        if (other == 0) {
            return id;
        }
        memory.free(entry);
        mounts.leave(statx.mountId(), device);
        return knownByHandle(calls, other);
    }

    /** The node, of which a lookup was counted, if it has that handle; else 0, and the lookup is taken back. */
    private long knownByHandle(FileCalls calls, long id) {
        if (memory.isHandle(memory.index(id), calls.handleAddress())) {
            return id;
        }
        takeBack(id);
        return 0;
    }

    /** Takes back a lookup that was counted. */
    void takeBack(long id) {
        var node = forget(id, 1);
        if (node != null) {
            node.fd().close();
        }
    }

    /** Whether a node has a descriptor: what was found by one of its own has its inode number, too, and is the same file. */
    boolean isOpen(long id) {
        var node = hot.hold(id);
        if (node == null) {
            return false;
        }
        node.fd().release();
        return true;
    }

    /**
     * Enters the file behind a descriptor, which {@link FileCalls#statx} describes, and counts a lookup of it.
     *
     * @param fd an O_PATH descriptor, which is kept or closed
     * @param room what {@link #reserve} made, which is used up
     * @return its id, or a negated errno
     */
    long enter(FileCalls calls, int fd, Room room) {
        return enter(new Entering(this, calls, fd, room));
    }

    /**
     * Enters a file that was just opened, which {@link FileCalls#statx} describes, and counts a lookup of it. It lends its
     * descriptor to the node, if that has none, until {@link #unpin}.
     *
     * @param room what {@link #reserve} made, which is used up
     * @return its id, or a negated errno
     */
    long enter(FileCalls calls, Fd file, Room room) {
        return enter(new Entering(this, calls, file, room));
    }

    private static long enter(Entering entering) {
        try {
            return entering.enter();
        } catch (IllegalStateException closed) {
            return -Errno.ESTALE.code();
        } finally {
            entering.end();
        }
    }

    /** Counts a lookup of an id that the guest knows, or asks for again; false when it is gone. */
    boolean found(long id) {
        try {
            return memory.found(id);
        } catch (IllegalStateException closed) {
            return false;
        }
    }

    /**
     * Takes lookups of a node back; ids that are not known are ignored, the root stays.
     *
     * @return the node whose descriptor is the caller's to close, or null
     */
    FileNode forget(long id, long lookups) {
        if (id == Protocol.ROOT_ID) {
            return null;
        }
        FileNode node = null;
        try {
            var entry = memory.index(id);
            if (entry == NodeMemory.NONE) {
                return null;
            }
            var keeps = exporting && memory.hasHandle(entry);
            if (!memory.forgotten(id, lookups, keeps)) {
                return null;
            }
            node = hot.drop(id);
            if (!keeps) {
                end(entry);
            } else {
                var gone = forgotten.add(id);
                if (gone != 0) {
                    end(memory.index(gone));
                }
            }
        } catch (IllegalStateException closed) {
            // What was taken out of the table before is the caller's all the same.
            return node;
        }
        return node;
    }

    /** Forgets for good what the guest may have asked for again longest ago; false when there is nothing. */
    boolean expireOne() {
        var gone = forgotten.expireOne();
        if (gone != 0) {
            end(memory.index(gone));
        }
        return gone != 0;
    }

    private void end(int entry) {
        index.remove(entry);
        mounts.leave(memory.mount(entry), memory.device(entry));
        memory.free(entry);
    }

    /** Keeps the descriptor of a node while it is open. */
    void pin(long id) {
        try {
            hot.pin(id);
        } catch (IllegalStateException closed) {
            // Nothing is kept any more.
            return;
        }
    }

    /**
     * Ends what {@link #pin} began.
     *
     * @param file the descriptor that is about to be closed, and may be lent
     */
    void unpin(long id, Fd file) {
        try {
            hot.unpin(id, file);
        } catch (IllegalStateException closed) {
            // Nothing is kept any more.
            return;
        }
    }

    /** How many nodes the guest knows beside the root. */
    int known() {
        return memory.known() - 1;
    }

    /** How many nodes it has forgotten and may ask for again. */
    int dormant() {
        return memory.size() - memory.known();
    }

    /** Descriptors that may be given up. */
    int cached() {
        return hot.cached();
    }

    /** Descriptors that stay until their nodes are forgotten. */
    long pinned() {
        return account.pinned();
    }

    /** Files opened again by their handles so far. */
    long misses() {
        return hot.misses();
    }

    /** Descriptors given up so far. */
    long evictions() {
        return hot.evictions();
    }

    /** Bytes of memory outside the Java heap. */
    long bytes() {
        return memory.bytes();
    }

    @Override
    public void close() {
        hot.close();
        mounts.close();
        memory.close();
        account.close();
    }
}
