package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.MEMORY;
import static org.dpfs4j.wire.Wire.U32;
import static org.dpfs4j.wire.Wire.U64;
import static org.dpfs4j.wire.Wire.at;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;

/**
 * An entry of a READDIR reply: {@code struct fuse_dirent}, then the name without NUL, filled up with zeros to 8 bytes.
 */
public final class Dirent {
    /** The structure without the name, 24 bytes. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
            U64.withName("ino"), U64.withName("off"), U32.withName("namelen"), U32.withName("type"));

    private static final long INO = at(LAYOUT, "ino");
    private static final long OFF = at(LAYOUT, "off");
    private static final long NAMELEN = at(LAYOUT, "namelen");
    private static final long TYPE = at(LAYOUT, "type");
    private static final int NAME = 24;
    private static final int ALIGNMENT = 8;

    private Dirent() {}

    /** Size in bytes of an entry whose name has {@code nameLength} bytes. */
    public static int sizeBytes(int nameLength) {
        return (NAME + nameLength + ALIGNMENT - 1) & -ALIGNMENT;
    }

    /**
     * Writes an entry if it fits whole. The parameters are loose because a directory is written entry by entry without
     * an object for each.
     *
     * @param address where to write, absolute
     * @param room how many bytes may be written there
     * @param ino the inode number, not 0: programs skip such entries
     * @param nextCookie what READDIR shall bring to go on behind this entry, not 0
     * @param type the file's type, as {@link Mode#direntType} gives it; 0 when unknown
     * @param nameAddress the name's first byte, absolute
     * @param nameLength the name's length in bytes without NUL, 1 to 255
     * @return how many bytes were written, 0 when the entry does not fit
     */
    public static int write(
            long address, long room, long ino, long nextCookie, int type, long nameAddress, int nameLength) {
        int size = sizeBytes(nameLength);
        if (size > room) {
            return 0;
        }
        MEMORY.set(U64, address + size - ALIGNMENT, 0); // the padding, before the name covers the rest
        MEMORY.set(U64, address + INO, ino);
        MEMORY.set(U64, address + OFF, nextCookie);
        MEMORY.set(U32, address + NAMELEN, nameLength);
        MEMORY.set(U32, address + TYPE, type);
        MemorySegment.copy(MEMORY, nameAddress, MEMORY, address + NAME, nameLength);
        return size;
    }

    /** The inode number of the entry at {@code offset}. */
    public static long ino(MemorySegment memory, long offset) {
        return memory.get(U64, offset + INO);
    }

    /** The cookie of the entry at {@code offset}. */
    public static long nextCookie(MemorySegment memory, long offset) {
        return memory.get(U64, offset + OFF);
    }

    /** The file type of the entry at {@code offset}. */
    public static int type(MemorySegment memory, long offset) {
        return memory.get(U32, offset + TYPE);
    }

    /** A copy of the name of the entry at {@code offset}. */
    public static byte[] name(MemorySegment memory, long offset) {
        return memory.asSlice(offset + NAME, nameLength(memory, offset)).toArray(ValueLayout.JAVA_BYTE);
    }

    /** The length of the name of the entry at {@code offset}, in bytes. */
    public static int nameLength(MemorySegment memory, long offset) {
        return memory.get(U32, offset + NAMELEN);
    }
}
