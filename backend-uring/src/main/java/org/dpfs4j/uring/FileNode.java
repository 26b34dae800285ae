package org.dpfs4j.uring;

import org.dpfs4j.fs.Node;
import org.dpfs4j.io.Fd;
import org.dpfs4j.wire.Mode;

/** A file that the guest knows, held by an O_PATH descriptor: neither renaming nor removing it leads to another file. */
final class FileNode extends Node {
    private final Fd fd;
    private final int format;
    private final Volume volume;
    private final long mount;
    private volatile boolean entered;

    /**
     * A node.
     *
     * @param fd an O_PATH descriptor, the node's own from now on
     * @param mode a mode with the file's type, which never changes
     * @param volume what the file lies on
     * @param mount where it was reached, see {@link FileKey#mount}
     */
    FileNode(Fd fd, int mode, Volume volume, long mount) {
        this.fd = fd;
        this.format = mode & Mode.FORMAT;
        this.volume = volume;
        this.mount = mount;
    }

    /** The guest is about to learn of this node. */
    void enter() {
        entered = true;
    }

    /** Whether the guest may know, or have known, this node; else it was found and not needed. */
    boolean wasEntered() {
        return entered;
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
        return volume;
    }
}
