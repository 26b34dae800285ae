package org.dpfs4j.uring;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import org.dpfs4j.memory.Memory;

/**
 * Entries as getdents64(2) gives them, read where they lie.
 *
 * <pre>
 *   d_ino 8 | d_off 8 | d_reclen 2 | d_type 1 | d_name, NUL, up to d_reclen
 * </pre>
 */
final class HostEntries {
    private static final int COOKIE = 8;
    private static final int LENGTH = 16;
    private static final int TYPE = 18;
    private static final int NAME = 19;

    private HostEntries() {}

    static long ino(long entry) {
        return Memory.ALL.get(JAVA_LONG, entry);
    }

    /** Where the directory goes on after this entry. */
    static long cookie(long entry) {
        return Memory.ALL.get(JAVA_LONG, entry + COOKIE);
    }

    /** Bytes to the next entry. */
    static int sizeBytes(long entry) {
        return Short.toUnsignedInt(Memory.ALL.get(JAVA_SHORT, entry + LENGTH));
    }

    static int type(long entry) {
        return Memory.ALL.get(JAVA_BYTE, entry + TYPE);
    }

    /** Where the name is; a NUL ends it. */
    static long name(long entry) {
        return entry + NAME;
    }

    static int nameLength(long entry) {
        var max = sizeBytes(entry) - NAME;
        var length = 0;
        while (length < max && Memory.ALL.get(JAVA_BYTE, entry + NAME + length) != 0) {
            length++;
        }
        return length;
    }

    /** Whether this is "." or "..". */
    static boolean isDots(long entry) {
        return Memory.ALL.get(JAVA_BYTE, entry + NAME) == '.'
                && (Memory.ALL.get(JAVA_BYTE, entry + NAME + 1) == 0
                        || (Memory.ALL.get(JAVA_BYTE, entry + NAME + 1) == '.'
                                && Memory.ALL.get(JAVA_BYTE, entry + NAME + 2) == 0));
    }

    /** The cookie of the last of {@code bytes} bytes of entries, at least one. */
    static long lastCookie(long entries, int bytes) {
        var last = entries;
        for (long entry = entries; entry < entries + bytes; entry += sizeBytes(entry)) {
            last = entry;
        }
        return cookie(last);
    }
}
