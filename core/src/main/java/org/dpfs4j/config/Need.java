package org.dpfs4j.config;

import java.nio.file.Path;

/**
 * Something of the host that a part of the server uses while it serves, as far as its configuration tells. What nobody
 * needs is taken away from the process before it serves, so a need that is forgotten ends in "permission denied".
 */
public sealed interface Need {
    /**
     * A directory tree that is served.
     *
     * @param readOnly whether nothing in it is ever changed
     * @param byHandle whether files in it are opened by file handle: Landlock cannot tell where such a file is, and would
     *     refuse it once the kernel has forgotten its name
     */
    record Tree(Path root, boolean readOnly, boolean byHandle) implements Need {}

    /** A folder in which sockets are made and removed. */
    record SocketFolder(Path folder) implements Need {}

    /** A folder in which files are made, read and removed. */
    record FileFolder(Path folder) implements Need {}

    /** A file or folder that is read. */
    record Reading(Path path) implements Need {}

    /** A device node or a socket that is there already and is opened for both ways. */
    record Special(Path path) implements Need {}

    /** A descriptor that whoever started us has opened. */
    record Descriptor(int number) implements Need {}

    /** A TCP port of the host that is listened at; 0: any. */
    record Listener(int port) implements Need {}

    /** To mount on this machine, and to unmount: what no isolated process can do. */
    record Mounting() implements Need {}

    /** A library of somebody else's, of which nobody knows what it uses. */
    record Library(Path path) implements Need {}

    /** The host's network. */
    record Network() implements Need {}
}
