package org.dpfs4j.template;

import org.dpfs4j.wire.OpenFlags;

/** An open file or directory; holds a use of its inode. */
record OpenFile(Inode inode, int flags) {
    boolean readable() {
        return (flags & OpenFlags.ACCESS_MODE) != OpenFlags.WRONLY;
    }

    boolean writable() {
        return (flags & OpenFlags.ACCESS_MODE) != OpenFlags.RDONLY;
    }

    boolean appends() {
        return (flags & OpenFlags.APPEND) != 0;
    }
}
