package org.dpfs4j.load;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** The content of files that are read: every eight bytes differ from every other eight, and follow from their place. */
final class Content {
    private static final long MIX = 0x9e37_79b9_7f4a_7c15L;

    private Content() {}

    /** The eight bytes at {@code offset}, a multiple of eight. */
    static long at(long offset) {
        var mixed = (offset + 1) * MIX;
        return mixed ^ mixed >>> 29;
    }

    /** The bytes of a range that begins at a multiple of eight. */
    static byte[] bytes(long offset, int length) {
        var bytes = ByteBuffer.allocate(length + Long.BYTES - 1 & -Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < length; i += Long.BYTES) {
            bytes.putLong(i, at(offset + i));
        }
        return Arrays.copyOf(bytes.array(), length);
    }
}
