package org.dpfs4j.guest;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * Writes the archive that Linux unpacks as its first root directory ("newc",
 * Documentation/driver-api/early-userspace/buffer-format.rst).
 * Everything belongs to root; parent directories are added when they are first needed.
 */
final class Cpio implements Closeable {
    private static final int DIRECTORY = 0040755;
    private static final int FILE = 0100000;
    private static final int SYMLINK = 0120777;
    private static final int CHARACTER_DEVICE = 0020600;

    private final OutputStream out;
    private final Set<String> written = new HashSet<>();
    private long position;
    private int inode;

    Cpio(OutputStream out) {
        this.out = out;
    }

    void directory(String path) throws IOException {
        if (!path.isEmpty() && written.add(path)) {
            parents(path);
            entry(path, DIRECTORY, 0, 0, 0);
        }
    }

    void file(String path, boolean executable, byte[] content) throws IOException {
        if (head(path, executable, content.length)) {
            write(content);
            pad();
        }
    }

    void file(String path, boolean executable, Path content) throws IOException {
        if (head(path, executable, Files.size(content))) {
            position += Files.copy(content, out);
            pad();
        }
    }

    void symlink(String path, String target) throws IOException {
        if (written.add(path)) {
            parents(path);
            byte[] content = target.getBytes(StandardCharsets.UTF_8);
            entry(path, SYMLINK, content.length, 0, 0);
            write(content);
            pad();
        }
    }

    void characterDevice(String path, int major, int minor) throws IOException {
        if (written.add(path)) {
            parents(path);
            entry(path, CHARACTER_DEVICE, 0, major, minor);
        }
    }

    /** Whether an entry of this path is already there; a path is written once, the first wins. */
    boolean contains(String path) {
        return written.contains(path);
    }

    @Override
    public void close() throws IOException {
        entry("TRAILER!!!", 0, 0, 0, 0);
        out.close();
    }

    private boolean head(String path, boolean executable, long sizeBytes) throws IOException {
        if (!written.add(path)) {
            return false;
        }
        parents(path);
        entry(path, FILE | (executable ? 0755 : 0644), sizeBytes, 0, 0);
        return true;
    }

    private void parents(String path) throws IOException {
        int slash = path.lastIndexOf('/');
        if (slash > 0) {
            directory(path.substring(0, slash));
        }
    }

    private void entry(String path, int mode, long sizeBytes, int major, int minor) throws IOException {
        if (sizeBytes > 0xFFFF_FFFFL) {
            throw new IOException(path + " is too large for the archive");
        }
        byte[] name = (path + "\0").getBytes(StandardCharsets.UTF_8);
        long[] fields = {++inode, mode, 0, 0, 1, 0, sizeBytes, 0, 0, major, minor, name.length, 0};
        var head = new StringBuilder("070701");
        for (long field : fields) {
            head.append(String.format("%08X", field));
        }
        write(head.toString().getBytes(StandardCharsets.US_ASCII));
        write(name);
        pad();
    }

    private void write(byte[] bytes) throws IOException {
        out.write(bytes);
        position += bytes.length;
    }

    private void pad() throws IOException {
        write(new byte[(int) (-position & 3)]);
    }
}
