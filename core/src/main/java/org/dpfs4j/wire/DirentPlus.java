package org.dpfs4j.wire;

import static org.dpfs4j.wire.Wire.MEMORY;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * An entry of a READDIRPLUS reply: {@code struct fuse_direntplus}, a LOOKUP reply and a {@link Dirent} with its name.
 */
public final class DirentPlus {
    /** The structure without the name, 152 bytes. */
    public static final StructLayout LAYOUT =
            MemoryLayout.structLayout(EntryOut.LAYOUT.withName("entry_out"), Dirent.LAYOUT.withName("dirent"));

    private DirentPlus() {}

    /** Size in bytes of an entry whose name has {@code nameLength} bytes. */
    public static int sizeBytes(int nameLength) {
        return EntryOut.BYTES + Dirent.sizeBytes(nameLength);
    }

    /**
     * Writes an entry if it fits whole; inode number and type come from the attributes of {@code entry}.
     *
     * @param address where to write, absolute
     * @param room how many bytes may be written there
     * @param entry the node; node id 0 when the guest shall look the name up itself, as it must for {@code .} and
     * {@code ..}
     * @param nextCookie what READDIRPLUS shall bring to go on behind this entry, not 0
     * @param nameAddress the name's first byte, absolute
     * @param nameLength the name's length in bytes without NUL, 1 to 255
     * @return how many bytes were written, 0 when the entry does not fit: the guest then has not looked up the node
     */
    public static int write(
            long address, long room, EntryOut entry, long nextCookie, long nameAddress, int nameLength) {
        var attr = entry.attr();
        int type = Mode.direntType(attr.mode());
        long rest = room - EntryOut.BYTES;
        int size = Dirent.write(address + EntryOut.BYTES, rest, attr.ino(), nextCookie, type, nameAddress, nameLength);
        if (size == 0) {
            return 0;
        }
        MemorySegment.copy(MEMORY, entry.address(), MEMORY, address, EntryOut.BYTES);
        return EntryOut.BYTES + size;
    }
}
