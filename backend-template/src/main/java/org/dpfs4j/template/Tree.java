package org.dpfs4j.template;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.dpfs4j.memory.Iovecs;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.Mode;
import org.dpfs4j.wire.Protocol;
import org.dpfs4j.wire.RenameFlags;

/**
 * A tree of files with a budget of bytes. All devices and lanes of a backend share it.
 *
 * <p>Everything in it is guarded by one lock. The rule is that a lane takes none, because what waits on a lane stops every
 * request behind it; this lock is held for the time of a copy in memory and never while something is waited for, which an
 * example may do and a backend with a disk or a network behind it may not: see docs/write-a-backend.md.
 */
final class Tree {
    /** The largest file in bytes: far below where sums of offsets overflow. */
    static final long FILE_BYTES_MAX = 1L << 43;

    /** What an inode and a name take of the budget beside their bytes, so that empty files cannot fill the heap. */
    static final int INODE_BYTES = 512;

    private static final int NAME_BYTES = 128;
    private static final int NAMES_MAX = 65_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final long sizeBytes;
    private final Inode root;
    private final Map<Long, Inode> inodes = new HashMap<>();
    private long freeBytes;
    private long lastNumber;

    Tree(long sizeBytes) {
        this.sizeBytes = sizeBytes;
        freeBytes = sizeBytes;
        root = inode(Mode.DIRECTORY | 0755, 0, null);
        root.directory.parent = root;
        root.names = 1;
    }

    void lock() {
        lock.lock();
    }

    void unlock() {
        lock.unlock();
    }

    Inode root() {
        return root;
    }

    long sizeBytes() {
        return sizeBytes;
    }

    long freeBytes() {
        return freeBytes;
    }

    /** Counts a node or open file of a guest. */
    Inode use(Inode inode) {
        lock();
        try {
            inode.uses++;
            return inode;
        } finally {
            unlock();
        }
    }

    /** Ends a use; the last one of an inode without a name frees it. */
    void drop(Inode inode) {
        lock();
        try {
            inode.uses--;
            reap(inode);
        } finally {
            unlock();
        }
    }

    private void reap(Inode inode) {
        if (inode.names == 0 && inode.uses == 0) {
            inodes.remove(inode.number);
            freeBytes += INODE_BYTES + (inode.target == null ? 0 : inode.target.length);
            freeBytes += inode.pages == null ? 0 : inode.pages.resize(0);
        }
    }

    private void charge(long bytes) {
        if (bytes > freeBytes) {
            throw new Refused(Errno.ENOSPC);
        }
        freeBytes -= bytes;
    }

    private Inode inode(int mode, int device, byte[] target) {
        charge(INODE_BYTES + (target == null ? 0 : target.length));
        var inode = new Inode(++lastNumber, mode, device, target);
        inodes.put(inode.number, inode);
        return inode;
    }

    /** Makes an inode and its first name; it belongs to the caller, in a set-group-id directory to the directory's group. */
    Inode make(Inode parent, String name, int mode, int device, byte[] target, int uid, int gid) {
        if (uid == Protocol.INVALID_ID || gid == Protocol.INVALID_ID) {
            throw new Refused(Errno.EINVAL);
        }
        mayAdd(parent, name);
        var inherits = (parent.mode & Mode.SET_GID) != 0;
        var inode = inode(inherits && Mode.isDirectory(mode) ? mode | Mode.SET_GID : mode, device, target);
        inode.uid = uid;
        inode.gid = inherits ? parent.gid : gid;
        if (inode.directory != null) {
            inode.directory.parent = parent;
        }
        try {
            add(parent, name, inode);
        } catch (Refused e) {
            reap(inode);
            throw e;
        }
        return inode;
    }

    /** Gives an inode one more name. */
    void link(Inode inode, Inode parent, String name) {
        if (inode.directory != null) {
            throw new Refused(Errno.EPERM);
        }
        if (inode.names == 0) {
            throw new Refused(Errno.ENOENT);
        }
        if (inode.names == NAMES_MAX) {
            throw new Refused(Errno.EMLINK);
        }
        mayAdd(parent, name);
        add(parent, name, inode);
        inode.changed = parent.modified;
    }

    private void mayAdd(Inode parent, String name) {
        if (parent.names == 0) {
            throw new Refused(Errno.ENOENT);
        }
        if (parent.directory.get(name) != null) {
            throw new Refused(Errno.EEXIST);
        }
    }

    private void add(Inode parent, String name, Inode inode) {
        charge(NAME_BYTES + name.length());
        parent.directory.add(name, inode);
        parent.touch();
        inode.names++;
    }

    /** The entry of that name. */
    Directory.Entry find(Inode parent, String name) {
        var entry = parent.directory.get(name);
        if (entry == null) {
            throw new Refused(Errno.ENOENT);
        }
        return entry;
    }

    /** Takes a name away, of a directory or of something else. */
    void remove(Inode parent, String name, boolean isDirectory) {
        var entry = find(parent, name);
        mayRemove(entry.inode, isDirectory);
        remove(parent, entry);
        lose(entry.inode);
    }

    private static void mayRemove(Inode inode, boolean isDirectory) {
        if (isDirectory && inode.directory == null) {
            throw new Refused(Errno.ENOTDIR);
        }
        if (!isDirectory && inode.directory != null) {
            throw new Refused(Errno.EISDIR);
        }
        if (isDirectory && !inode.directory.isEmpty()) {
            throw new Refused(Errno.ENOTEMPTY);
        }
    }

    private void remove(Inode parent, Directory.Entry entry) {
        parent.directory.remove(entry);
        parent.touch();
        freeBytes += NAME_BYTES + entry.name.length();
    }

    private void lose(Inode inode) {
        inode.names--;
        inode.changed = Time.now();
        reap(inode);
    }

    /** renameat2(2) without whiteouts. */
    void rename(Inode parent, String name, Inode newParent, String newName, int flags) {
        if (flags != 0 && flags != RenameFlags.NOREPLACE && flags != RenameFlags.EXCHANGE) {
            throw new Refused(Errno.EINVAL);
        }
        var from = find(parent, name);
        mayMove(from.inode, newParent);
        if (flags == RenameFlags.EXCHANGE) {
            exchange(parent, from, newParent, find(newParent, newName));
            return;
        }
        var to = newParent.directory.get(newName);
        if (to == null) {
            move(parent, from, newParent, newName);
        } else if (flags == RenameFlags.NOREPLACE) {
            throw new Refused(Errno.EEXIST);
        } else if (to.inode != from.inode) {
            replace(parent, from, newParent, to);
        }
    }

    /** A directory cannot be moved into itself, nothing into a directory that was removed. */
    private static void mayMove(Inode inode, Inode newParent) {
        if (newParent.names == 0) {
            throw new Refused(Errno.ENOENT);
        }
        for (var up = newParent; inode.directory != null; up = up.directory.parent) {
            if (up == inode) {
                throw new Refused(Errno.EINVAL);
            }
            if (up == up.directory.parent) {
                return;
            }
        }
    }

    private void exchange(Inode parent, Directory.Entry from, Inode newParent, Directory.Entry to) {
        mayMove(to.inode, parent);
        var moved = from.inode;
        parent.directory.replace(from, to.inode);
        newParent.directory.replace(to, moved);
        arrive(parent, from.inode);
        arrive(newParent, to.inode);
    }

    private void move(Inode parent, Directory.Entry from, Inode newParent, String newName) {
        charge(NAME_BYTES + newName.length());
        newParent.directory.add(newName, from.inode);
        remove(parent, from);
        arrive(newParent, from.inode);
    }

    private void replace(Inode parent, Directory.Entry from, Inode newParent, Directory.Entry to) {
        var lost = to.inode;
        mayRemove(lost, from.inode.directory != null);
        newParent.directory.replace(to, from.inode);
        remove(parent, from);
        arrive(newParent, from.inode);
        lose(lost);
    }

    private static void arrive(Inode newParent, Inode inode) {
        if (inode.directory != null) {
            inode.directory.parent = newParent;
        }
        newParent.touch();
        inode.changed = newParent.modified;
    }

    /** Writes all or nothing. */
    void write(Inode inode, long offset, Iovecs source) {
        if (offset > FILE_BYTES_MAX - source.sizeBytes()) {
            throw new Refused(Errno.EFBIG);
        }
        charge(inode.pages.missingBytes(offset, source.sizeBytes()));
        inode.pages.write(offset, source);
        inode.touch();
    }

    void resize(Inode inode, long newSize) {
        if (inode.pages == null) {
            throw new Refused(inode.directory != null ? Errno.EISDIR : Errno.EINVAL);
        }
        if (newSize < 0) {
            throw new Refused(Errno.EINVAL);
        }
        if (newSize > FILE_BYTES_MAX) {
            throw new Refused(Errno.EFBIG);
        }
        freeBytes += inode.pages.resize(newSize);
        inode.touch();
    }

    /** Frees every file; no share is open any more. */
    void close() {
        lock();
        try {
            inodes.values().stream().filter(inode -> inode.pages != null).forEach(inode -> inode.pages.resize(0));
            inodes.clear();
        } finally {
            unlock();
        }
    }
}
