package org.dpfs4j.load;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.dpfs4j.client.FuseClient;
import org.dpfs4j.client.FuseException;
import org.dpfs4j.client.Seen;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.Protocol;

/**
 * The directory of a share where everything happens, made or found through one server; several servers of one directory find the same
 * files. One thread.
 *
 * <pre>
 *   NAME/many/file-0000 …       for GETATTR, LOOKUP, OPEN and listings
 *   NAME/read-LANE              contents known by {@link Content}
 *   NAME/write-LANE             the same size, contents left over
 *   NAME/work-SERVER-LANE/      what is made and removed
 * </pre>
 */
final class Tree {
    /** Name of file {@code index} in the directory of many: this, then its number in four hexadecimal digits. */
    static final String FILE = "file-";

    private static final int FILE_DIGITS = 4;

    /** DT_DIR of readdir(3). */
    private static final int DIRECTORY = 4;

    private final FuseClient client;
    private final String name;
    private final long fileBytes;
    private final long top;
    private final long many;
    private final long[] files = new long[Workload.FILES];

    /** Finds or makes the directory {@code name} of the share, and the many files in it. */
    Tree(FuseClient client, String name, long fileBytes) throws IOException {
        this.client = client;
        this.name = name;
        this.fileBytes = fileBytes;
        top = directory(Protocol.ROOT_ID, name);
        many = directory(top, "many");
        for (int i = 0; i < files.length; i++) {
            files[i] = file(many, fileName(i)).nodeId();
        }
    }

    /** The name of file {@code index} among the many. */
    static String fileName(int index) {
        return FILE + String.format(Locale.ROOT, "%0" + FILE_DIGITS + "x", index);
    }

    private long directory(long parent, String called) throws IOException {
        try {
            return client.mkdir(parent, called, 0755).nodeId();
        } catch (FuseException e) {
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
            return client.lookup(parent, called).nodeId();
        }
    }

    private Seen.Entry file(long parent, String called) throws IOException {
        try {
            var made = client.create(parent, called, 0644);
            client.release(made.opened());
            return made.entry();
        } catch (FuseException e) {
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
            return client.lookup(parent, called);
        }
    }

    /** The name of the directory in the share. */
    String name() {
        return name;
    }

    /** The directory of many files. */
    long many() {
        return many;
    }

    /** Node of file {@code index} of the many. */
    long file(int index) {
        return files[index];
    }

    /** The client that made it. */
    FuseClient client() {
        return client;
    }

    /** Bytes of each file that is read or written. */
    long fileBytes() {
        return fileBytes;
    }

    /** An empty directory of a server's lane. */
    long work(String server, int lane) throws IOException {
        return directory(top, "work-" + server + "-" + lane);
    }

    /** Makes an empty file where neither it nor {@code other} may be; returns its node, which stays known. */
    long freshFile(long parent, String called, String other) throws IOException {
        for (var old : List.of(called, other)) {
            try {
                var node = client.lookup(parent, old).nodeId();
                client.unlink(parent, old);
                client.forget(node, 1);
            } catch (FuseException e) {
                if (e.errno() != Errno.ENOENT) {
                    throw e;
                }
            }
        }
        return file(parent, called).nodeId();
    }

    /** A lane's file, whose whole content is known; it is written when it is not there. */
    long read(int lane) throws IOException {
        return filled("read-" + lane);
    }

    /** A lane's file, whose content nobody knows. */
    long written(int lane) throws IOException {
        return filled("write-" + lane);
    }

    private long filled(String called) throws IOException {
        var entry = file(top, called);
        if (entry.attributes().sizeBytes() != fileBytes) {
            var file = client.open(entry.nodeId(), OpenFlags.RDWR);
            for (long at = 0; at < fileBytes; ) {
                var part = (int) Math.min(client.transferBytes(), fileBytes - at);
                client.write(file, at, Content.bytes(at, part));
                at += part;
            }
            client.release(file);
        }
        return entry.nodeId();
    }

    /** Removes everything, whoever made it. */
    void remove() throws IOException {
        remove(top);
        client.rmdir(Protocol.ROOT_ID, name);
    }

    private void remove(long directory) throws IOException {
        for (var entry : client.list(directory)) {
            var node = entry.entry().nodeId();
            if (entry.type() == DIRECTORY) {
                remove(node);
                client.rmdir(directory, entry.name());
            } else {
                client.unlink(directory, entry.name());
            }
            client.forget(node, 1);
        }
    }
}
