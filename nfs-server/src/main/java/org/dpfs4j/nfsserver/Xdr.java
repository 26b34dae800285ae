package org.dpfs4j.nfsserver;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;

/** XDR's data of variable length (RFC 4506). Names are bytes, kept as Latin-1. */
final class Xdr {
    private static final int BITMAP_MAX = 8;

    private Xdr() {}

    /** Reads a counted opaque of {@code max} bytes at most. */
    static byte[] opaque(ByteBuf in, int max) {
        var bytes = new byte[length(in, max)];
        in.readBytes(bytes).skipBytes(padding(bytes.length));
        return bytes;
    }

    static String name(ByteBuf in, int max) {
        return new String(opaque(in, max), StandardCharsets.ISO_8859_1);
    }

    /** Reads the length of a counted array, {@code max} at most. */
    static int length(ByteBuf in, int max) {
        long length = in.readUnsignedInt();
        if (length > max) {
            throw new IllegalArgumentException("length " + length + " where at most " + max + " is possible");
        }
        return (int) length;
    }

    static void skipOpaque(ByteBuf in) {
        int length = length(in, in.readableBytes());
        in.skipBytes(length + padding(length));
    }

    static void writeOpaque(ByteBuf out, byte[] bytes) {
        writeOpaque(out, bytes, 0, bytes.length);
    }

    static void writeOpaque(ByteBuf out, byte[] bytes, int from, int length) {
        out.writeInt(length).writeBytes(bytes, from, length).writeZero(padding(length));
    }

    static void writeName(ByteBuf out, String name) {
        writeOpaque(out, name.getBytes(StandardCharsets.ISO_8859_1));
    }

    static BitSet bitmap(ByteBuf in) {
        int words = length(in, BITMAP_MAX);
        var bits = new BitSet();
        for (int word = 0; word < words; word++) {
            long value = in.readUnsignedInt();
            for (int bit = 0; bit < Integer.SIZE; bit++) {
                if ((value >>> bit & 1) != 0) {
                    bits.set(word * Integer.SIZE + bit);
                }
            }
        }
        return bits;
    }

    static void writeBitmap(ByteBuf out, BitSet bits) {
        int words = (bits.length() + Integer.SIZE - 1) / Integer.SIZE;
        out.writeInt(words);
        for (int word = 0; word < words; word++) {
            int value = 0;
            for (int bit = 0; bit < Integer.SIZE; bit++) {
                if (bits.get(word * Integer.SIZE + bit)) {
                    value |= 1 << bit;
                }
            }
            out.writeInt(value);
        }
    }

    /** How many bytes fill up {@code length} to a multiple of four. */
    static int padding(int length) {
        return -length & 3;
    }
}
