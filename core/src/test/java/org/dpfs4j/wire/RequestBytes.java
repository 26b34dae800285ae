package org.dpfs4j.wire;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Builds the bytes of a request, also wrong ones. The memory is exactly as long as the request: one byte more is out of
 * bounds.
 */
final class RequestBytes {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private long declaredLength = -1;
    private int extensionUnits;

    /** A request with a structure of this layout, all zeros. */
    static RequestBytes with(StructLayout body) {
        var request = new RequestBytes();
        request.bytes.writeBytes(new byte[Request.BODY + Math.toIntExact(body.byteSize())]);
        return request;
    }

    RequestBytes string(String text) {
        bytes.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        bytes.write(0);
        return this;
    }

    RequestBytes u32(long value) {
        bytes.writeBytes(little(Integer.BYTES).putInt((int) value).array());
        return this;
    }

    RequestBytes u64(long value) {
        bytes.writeBytes(little(Long.BYTES).putLong(value).array());
        return this;
    }

    RequestBytes raw(byte[] data) {
        bytes.writeBytes(data);
        return this;
    }

    RequestBytes zeros(int count) {
        return raw(new byte[count]);
    }

    /** What the header says of the length, instead of the truth. */
    RequestBytes declaredLength(long length) {
        declaredLength = length;
        return this;
    }

    RequestBytes extensionUnits(int units) {
        extensionUnits = units;
        return this;
    }

    MemorySegment segment() {
        var head = MemorySegment.ofArray(bytes.toByteArray());
        set(head, Request.HEADER, 0, "len", declaredLength >= 0 ? declaredLength : head.byteSize());
        set(head, Request.HEADER, 0, "total_extlen", extensionUnits);
        return head;
    }

    /** Stores the low bytes of {@code value} in a field, which a path of names separated by points leads to. */
    static void set(MemorySegment memory, StructLayout layout, long base, String field, long value) {
        var path = path(field);
        var size = Math.toIntExact(layout.select(path).byteSize());
        var low = Arrays.copyOf(little(Long.BYTES).putLong(value).array(), size);
        MemorySegment.copy(low, 0, memory, JAVA_BYTE, base + layout.byteOffset(path), size);
    }

    /** A field's bits, without sign. */
    static long get(MemorySegment memory, StructLayout layout, long base, String field) {
        var path = path(field);
        var size = Math.toIntExact(layout.select(path).byteSize());
        var value = new byte[Long.BYTES];
        MemorySegment.copy(memory, JAVA_BYTE, base + layout.byteOffset(path), value, 0, size);
        return ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }

    static int sizeOf(StructLayout layout, String field) {
        return Math.toIntExact(layout.select(path(field)).byteSize());
    }

    private static PathElement[] path(String field) {
        return Arrays.stream(field.split("\\.", -1))
                .map(PathElement::groupElement)
                .toArray(PathElement[]::new);
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
