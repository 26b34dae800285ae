package org.dpfs4j.template;

import org.dpfs4j.wire.Attr;
import org.dpfs4j.wire.Mode;

/** A file, directory, link or special file of the tree. Guarded by the tree's lock. */
final class Inode {
    private static final int SECTOR_BYTES = 512;

    final long number;
    /** The content of a regular file, else null. */
    final Pages pages;
    /** The entries of a directory, else null. */
    final Directory directory;
    /** The target of a symbolic link, else null. */
    final byte[] target;

    final int device;
    int mode;
    int uid;
    int gid;
    Time accessed = Time.now();
    Time modified = accessed;
    Time changed = accessed;
    /** How many names it has; a directory has 1, or 0 when it was removed. */
    int names;
    /** How many nodes and open files of guests refer to it. It lives while it has names or uses. */
    int uses;

    Inode(long number, int mode, int device, byte[] target) {
        this.number = number;
        this.mode = mode;
        this.device = device;
        this.target = target;
        pages = Mode.isRegular(mode) ? new Pages() : null;
        directory = Mode.isDirectory(mode) ? new Directory() : null;
    }

    long sizeBytes() {
        if (pages != null) {
            return pages.sizeBytes();
        }
        return target != null ? target.length : 0;
    }

    private long linkCount() {
        return directory != null && names > 0 ? 2 + directory.subdirectories() : names;
    }

    void touch() {
        modified = Time.now();
        changed = modified;
    }

    void fill(Attr attr) {
        attr.ino(number)
                .sizeBytes(sizeBytes())
                .blocks(pages == null ? 0 : pages.allocatedBytes() / SECTOR_BYTES)
                .mode(mode)
                .linkCount(linkCount())
                .uid(uid)
                .gid(gid)
                .rdev(device)
                .blockBytes(Pages.PAGE_BYTES)
                .atime(accessed.seconds(), accessed.nanos())
                .mtime(modified.seconds(), modified.nanos())
                .ctime(changed.seconds(), changed.nanos());
    }
}
