package org.dpfs4j.uring;

import org.dpfs4j.io.Fd;
import org.dpfs4j.wire.Mode;

/**
 * A file that the guest knows and that has a descriptor at the moment, O_PATH or lent by an open file: neither renaming nor removing it leads to
 * another file. Where the file can be opened again by its handle, the descriptor may be given up at any time, and the next
 * {@link Nodes#hold} makes another object of this kind; an object leads to one file for good.
 */
final class FileNode {
    private static final int NOWHERE = -1;

    private final long id;
    private final Fd fd;
    private final int format;
    private final long mount;
    private final HostMount host;
    private final boolean lent;
    private boolean used;

    // The rest belongs to HotNodes, under its lock.
    private boolean pinned;
    private int slot = NOWHERE;
    private int position = NOWHERE;

    /**
     * A node.
     *
     * @param id what the guest knows it by
     * @param fd an O_PATH descriptor, the node's own from now on
     * @param mode a mode with the file's type, which never changes
     * @param mount where the file was reached, see {@link FileKey#mount}
     * @param host what the file lies on
     * @param pinned whether the file cannot be opened again, so that the descriptor stays until the node is forgotten
     */
    FileNode(long id, Fd fd, int mode, long mount, HostMount host, boolean pinned) {
        this(id, fd, mode, mount, host, pinned, false);
    }

    /** A node as long as the guest has its file open: that has the descriptor, O_PATH or not, and closes it. */
    static FileNode lent(long id, Fd fd, int mode, long mount, HostMount host) {
        return new FileNode(id, fd, mode, mount, host, false, true);
    }

    private FileNode(long id, Fd fd, int mode, long mount, HostMount host, boolean pinned, boolean lent) {
        this.id = id;
        this.fd = fd;
        this.format = mode & Mode.FORMAT;
        this.mount = mount;
        this.host = host;
        this.lent = lent;
        this.pinned = pinned;
    }

    /** What the guest knows it by. */
    long id() {
        return id;
    }

    Fd fd() {
        return fd;
    }

    /** The type bits of the file's mode. */
    int format() {
        return format;
    }

    boolean isDirectory() {
        return Mode.isDirectory(format);
    }

    boolean isRegular() {
        return Mode.isRegular(format);
    }

    boolean isSymlink() {
        return Mode.isSymlink(format);
    }

    /** Where it was reached, see {@link FileKey#mount}. */
    long mount() {
        return mount;
    }

    Volume volume() {
        return host.volume();
    }

    /** The mount that it lies on. */
    HostMount host() {
        return host;
    }

    /** Remembers that it was needed; writes only what is not known yet, as lanes share it. */
    void use() {
        if (!used) {
            used = true;
        }
    }

    /** Whether it was needed since this was asked last. */
    boolean wasUsed() {
        var before = used;
        used = false;
        return before;
    }

    /** Whether the descriptor is an open file's, which closes it. */
    boolean isLent() {
        return lent;
    }

    boolean isPinned() {
        return pinned;
    }

    void pin() {
        pinned = true;
    }

    int slot() {
        return slot;
    }

    void slot(int now) {
        slot = now;
    }

    int position() {
        return position;
    }

    void position(int now) {
        position = now;
    }

    /** Whether it is among those that may be given up. */
    boolean isListed() {
        return position != NOWHERE;
    }

    void unlist() {
        position = NOWHERE;
    }

    /** Whether it is found by its slot. */
    boolean isPlaced() {
        return slot != NOWHERE;
    }

    void unplace() {
        slot = NOWHERE;
    }
}
