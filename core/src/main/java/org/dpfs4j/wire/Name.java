package org.dpfs4j.wire;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * A string of a request: bytes that end with a NUL, in no particular character set. Its place is found anew for every
 * request in the same memory. Valid until the reply is sent.
 */
public final class Name {
    private final MemorySegment head;
    private final long offset;
    private final Name previous;

    Name(MemorySegment head, long offset) {
        this.head = head;
        this.offset = offset;
        this.previous = null;
    }

    Name(MemorySegment head, Name previous) {
        this.head = head;
        this.offset = 0;
        this.previous = previous;
    }

    /** Absolute address of the first byte; a NUL ends the name, so a system call can take it as it is. */
    public long address() {
        return head.address() + start();
    }

    /** Length in bytes without the NUL. */
    public int length() {
        long start = start();
        long end = start;
        while (head.get(JAVA_BYTE, end) != 0) {
            end++;
        }
        return (int) (end - start);
    }

    /** The byte at {@code index}, below {@link #length()}. */
    public byte byteAt(int index) {
        return head.get(JAVA_BYTE, start() + index);
    }

    /**
     * Whether this can be an entry of a directory: not empty, not {@code .} or {@code ..}, without a slash. Anything
     * else could lead out of the directory and never reaches a backend.
     */
    public boolean isEntryName() {
        return isEntryName(head, start());
    }

    /**
     * Whether the NUL-terminated bytes at {@code start} of a request are an entry's name, as {@link #isEntryName()}.
     */
    public static boolean isEntryName(MemorySegment head, long start) {
        long end = start;
        for (byte b = head.get(JAVA_BYTE, end); b != 0; b = head.get(JAVA_BYTE, ++end)) {
            if (b == '/') {
                return false;
            }
        }
        return switch ((int) (end - start)) {
            case 0 -> false;
            case 1 -> head.get(JAVA_BYTE, start) != '.';
            case 2 -> head.get(JAVA_BYTE, start) != '.' || head.get(JAVA_BYTE, start + 1) != '.';
            default -> true;
        };
    }

    /**
     * Whether the NUL-terminated bytes at {@code start} of a request are {@code .} or {@code ..}.
     */
    public static boolean isDots(MemorySegment head, long start) {
        return head.get(JAVA_BYTE, start) == '.'
                && (head.get(JAVA_BYTE, start + 1) == 0
                        || (head.get(JAVA_BYTE, start + 1) == '.' && head.get(JAVA_BYTE, start + 2) == 0));
    }

    /** Whether this is {@code .} or {@code ..}, see {@link org.dpfs4j.wire.InitFlags#EXPORT_SUPPORT}. */
    public boolean isDots() {
        return isDots(head, start());
    }

    /** Whether the name consists of exactly these bytes. */
    public boolean contentEquals(byte[] bytes) {
        long start = start();
        for (int i = 0; i < bytes.length; i++) {
            byte b = head.get(JAVA_BYTE, start + i);
            if (b == 0 || b != bytes[i]) {
                return false;
            }
        }
        return head.get(JAVA_BYTE, start + bytes.length) == 0;
    }

    /** A copy of the name without the NUL. */
    public byte[] bytes() {
        return head.asSlice(start(), length()).toArray(JAVA_BYTE);
    }

    /** The name as text for people: bytes that are no UTF-8 are replaced, so two names may look the same. */
    public String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return text();
    }

    /** Offset of the first byte in the request. */
    long start() {
        return previous == null ? offset : previous.end();
    }

    /** Offset behind the NUL in the request. */
    long end() {
        return start() + length() + 1;
    }
}
