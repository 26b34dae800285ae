package org.dpfs4j.wire;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The field types of {@code linux/fuse.h}. FUSE speaks the byte order of the machine, which is little-endian on every
 * machine served here; fields may lie at any address, for requests come in pieces.
 */
final class Wire {
    static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfInt I32 = U32;
    static final ValueLayout.OfLong I64 = U64;

    /** All memory of the process; an address used with it must be one that the caller owns. */
    static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private Wire() {}

    /** Offset in bytes of a field; several names lead into a structure inside a structure. */
    static long at(StructLayout layout, String... names) {
        var path = new PathElement[names.length];
        for (int i = 0; i < names.length; i++) {
            path[i] = MemoryLayout.PathElement.groupElement(names[i]);
        }
        return layout.byteOffset(path);
    }
}
