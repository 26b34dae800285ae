package org.dpfs4j.app.sandbox;

/** What a serving process may do at a place; each includes what those before it allow. */
enum Access {
    /** Read, execute; nothing is ever changed. */
    READ,
    /** A served tree that nothing is changed in. */
    TREE_READ_ONLY,
    /** Open for both ways what is there: a device node, a socket. */
    SPECIAL,
    /** Make and remove sockets in a folder. */
    SOCKETS,
    /** The same with files. */
    FILES,
    /** A served tree. */
    TREE;

    /** Whether a mount of the place must not be read-only. */
    boolean writable() {
        return compareTo(SPECIAL) >= 0;
    }

    /** Whether the place comes with what is mounted below it. */
    boolean recursive() {
        return this != SOCKETS && this != FILES;
    }
}
