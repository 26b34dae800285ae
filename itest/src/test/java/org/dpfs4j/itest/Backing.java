package org.dpfs4j.itest;

import java.net.InetSocketAddress;
import java.nio.file.Path;

/**
 * What stands behind a share.
 *
 * @param lines its table in the server's configuration
 */
record Backing(String lines) {
    /** A directory of this machine. */
    static Backing local(Path root) {
        return new Backing("type = \"uring\"%nroot = \"%s\"".formatted(root));
    }

    /** What an NFS server at {@code address} exports as {@code export}. */
    static Backing nfs(InetSocketAddress address, String export) {
        return new Backing("type = \"nfs\"%nserver = \"%s\"%nport = %d%nexport = \"%s\""
                .formatted(address.getAddress().getHostAddress(), address.getPort(), export));
    }

    /** With one more line, such as {@code reply-timeout = "2s"}. */
    Backing with(String line) {
        return new Backing(lines + "\n" + line);
    }
}
