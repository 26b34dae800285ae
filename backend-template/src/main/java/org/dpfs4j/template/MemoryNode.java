package org.dpfs4j.template;

import org.dpfs4j.fs.Node;

/** An inode that a guest knows; holds a use of it. */
final class MemoryNode extends Node {
    private final Inode inode;

    MemoryNode(Inode inode) {
        this.inode = inode;
    }

    Inode inode() {
        return inode;
    }
}
