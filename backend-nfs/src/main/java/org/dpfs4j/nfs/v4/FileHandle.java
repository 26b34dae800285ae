package org.dpfs4j.nfs.v4;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.nfs.rpc.XdrReader;
import org.dpfs4j.nfs.rpc.XdrWriter;

/**
 * What a server calls a file: up to 128 bytes that mean something to it alone. Those that are kept are never changed; a lane
 * has one to read into, so that what it knows already is found without an object.
 */
public final class FileHandle {
    /** RFC 8881, 3.1. */
    public static final int BYTES_MAX = 128;

    private byte[] bytes;
    private int length;
    private int hash;

    /** One to read into. */
    public FileHandle() {
        bytes = new byte[BYTES_MAX];
    }

    private FileHandle(byte[] bytes, int hash) {
        this.bytes = bytes;
        this.length = bytes.length;
        this.hash = hash;
    }

    /** Reads a handle over this one. */
    public void read(XdrReader in) {
        var at = in.getOpaque(BYTES_MAX);
        length = in.lastBytes();
        MemorySegment.copy(Memory.ALL, JAVA_BYTE, at, bytes, 0, length);
        hash = 1;
        for (int i = 0; i < length; i++) {
            hash = 31 * hash + bytes[i];
        }
    }

    /** Whether nothing has been read. */
    public boolean isEmpty() {
        return length == 0;
    }

    /** Makes this one mean nothing. */
    public void clear() {
        length = 0;
    }

    /** A copy to keep. */
    public FileHandle copy() {
        return new FileHandle(Arrays.copyOf(bytes, length), hash);
    }

    void write(XdrWriter out) {
        assert length == bytes.length : "a handle to read into is not kept";
        out.putOpaque(bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FileHandle handle
                && hash == handle.hash
                && Arrays.equals(bytes, 0, length, handle.bytes, 0, handle.length);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return java.util.HexFormat.of().formatHex(bytes, 0, length);
    }
}
