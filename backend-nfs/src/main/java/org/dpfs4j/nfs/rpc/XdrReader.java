package org.dpfs4j.nfs.rpc;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import org.dpfs4j.memory.Iovecs;
import org.dpfs4j.memory.Memory;

/**
 * Reads XDR that a server sent: nothing is read beyond its end, and each length is compared with a limit before it is used.
 * What does not fit throws {@link Malformed}.
 */
public final class XdrReader {
    private long address;
    private int position;
    private int limit;
    private int lastBytes;
    private Landing landing;

    /** Reads {@code bytes} bytes at {@code at} from now on. */
    public void wrap(long at, int bytes) {
        address = at;
        position = 0;
        limit = bytes;
        landing = null;
    }

    /** The data at the end has gone where it belongs, and is not behind the rest. */
    void landed(Landing data) {
        landing = data;
    }

    /** How many bytes have been read. */
    public int position() {
        return position;
    }

    /** Goes back to where {@link #position} was before. */
    public void position(int earlier) {
        assert earlier <= position;
        position = earlier;
    }

    /** How many bytes are left. */
    public int remaining() {
        return limit - position;
    }

    private long take(long bytes) {
        if (bytes < 0 || bytes > limit - position) {
            throw new Malformed("a reply ends too early");
        }
        var at = address + position;
        position += (int) bytes;
        return at;
    }

    /** A number of 32 bits. */
    public int getInt() {
        return Memory.ALL.get(Xdr.INT, take(Integer.BYTES));
    }

    /** A number of 32 bits without sign. */
    public long getUnsigned() {
        return Integer.toUnsignedLong(getInt());
    }

    /** A number of 64 bits. */
    public long getLong() {
        return Memory.ALL.get(Xdr.LONG, take(Long.BYTES));
    }

    /** A truth value; anything but 0 is true. */
    public boolean getFlag() {
        return getInt() != 0;
    }

    /** A count of things, each of which takes at least four bytes. */
    public int getCount(int most) {
        var count = getUnsigned();
        if (count > most || count > remaining() / Integer.BYTES) {
            throw new Malformed("a reply counts " + count + " of at most " + most);
        }
        return (int) count;
    }

    /** The length of what follows, padded; it is there. */
    public int getLength(int most) {
        var bytes = getUnsigned();
        if (bytes > most || Xdr.padded(bytes) > remaining()) {
            throw new Malformed("a reply has " + bytes + " bytes where " + most + " are allowed");
        }
        return (int) bytes;
    }

    /** Address of bytes whose length comes first; {@link #lastBytes} says how many they are. */
    public long getOpaque(int most) {
        lastBytes = getLength(most);
        return take(Xdr.padded(lastBytes));
    }

    /** Copies bytes whose length comes first to {@code at} of a list, unless they have landed there; how many they were. */
    public int getOpaque(Iovecs list, long at, int most) {
        if (landing == null) {
            list.copyIn(at, getOpaque(most), lastBytes);
        } else {
            getInt();
            lastBytes = landing.ended(list, at);
        }
        return lastBytes;
    }

    /** Length of the last {@link #getOpaque}. */
    public int lastBytes() {
        return lastBytes;
    }

    /** Address of a number of bytes, padded. */
    public long getFixed(int bytes) {
        return take(Xdr.padded(bytes));
    }

    /** A copy of bytes whose length comes first. */
    public byte[] getBytes(int most) {
        var at = getOpaque(most);
        return Memory.at(at, Math.max(1, lastBytes)).asSlice(0, lastBytes).toArray(JAVA_BYTE);
    }

    /** Copies a number of bytes. */
    public void getFixed(byte[] to) {
        MemorySegment.copy(Memory.ALL, JAVA_BYTE, getFixed(to.length), to, 0, to.length);
    }

    /** Leaves out bytes whose length comes first. */
    public void skipOpaque(int most) {
        take(Xdr.padded(getLength(most)));
    }

    /** Leaves out a number of bytes. */
    public void skip(int bytes) {
        take(bytes);
    }
}
