package org.dpfs4j.client;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.dpfs4j.wire.Request;

/** A request as a guest would send it, put together field by field; nothing keeps it from being wrong. */
public final class RequestBytes {
    private static final int UNIT = 8;

    private final byte[] header = new byte[(int) Request.HEADER.byteSize()];
    private StructLayout layout = Request.NO_BODY;
    private byte[] body = {};
    private final ByteArrayOutputStream tail = new ByteArrayOutputStream();
    private long declaredLength = -1;

    /** A request without a structure so far. */
    public RequestBytes(int opcode, long nodeId) {
        header("opcode", opcode).header("nodeid", nodeId).header("unique", 2);
    }

    /** A request without a structure so far. */
    public RequestBytes(Opcode opcode, long nodeId) {
        this(opcode.code(), nodeId);
    }

    /** Fills a field of {@code struct fuse_in_header}; {@code len} stays as given here, right or wrong. */
    public RequestBytes header(String field, long value) {
        if (field.equals("len")) {
            declaredLength = value;
        }
        put(header, Request.HEADER, field, value);
        return this;
    }

    /** Gives the request a structure, all zero. */
    public RequestBytes with(StructLayout structure) {
        layout = structure;
        body = new byte[(int) structure.byteSize()];
        return this;
    }

    /** Fills a field of the structure by its name in {@code linux/fuse.h}; a dot leads into a structure inside. */
    public RequestBytes set(String field, long value) {
        put(body, layout, field, value);
        return this;
    }

    /** Appends a name and its NUL. */
    public RequestBytes name(String name) {
        return name(name.getBytes(StandardCharsets.UTF_8));
    }

    /** Appends a name and its NUL. */
    public RequestBytes name(byte[] name) {
        tail.writeBytes(name);
        tail.write(0);
        return this;
    }

    /** Appends bytes as they are. */
    public RequestBytes data(byte[] bytes) {
        return data(bytes, 0, bytes.length);
    }

    /** Appends {@code length} bytes from {@code offset} on as they are. */
    public RequestBytes data(byte[] bytes, int offset, int length) {
        tail.write(bytes, offset, length);
        return this;
    }

    /** The whole request; its length is right unless it was given. */
    public byte[] bytes() {
        var whole = Arrays.copyOf(header, header.length + body.length + tail.size());
        System.arraycopy(body, 0, whole, header.length, body.length);
        System.arraycopy(tail.toByteArray(), 0, whole, header.length + body.length, tail.size());
        var length = declaredLength < 0 ? whole.length : declaredLength;
        buffer(whole).putInt((int) Request.HEADER.byteOffset(PathElement.groupElement("len")), (int) length);
        return whole;
    }

    /** The whole request in native memory of its exact size. */
    public MemorySegment in(Arena arena) {
        var bytes = bytes();
        var memory = arena.allocate(bytes.length, UNIT);
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return memory;
    }

    private static void put(byte[] bytes, StructLayout layout, String field, long value) {
        var to = buffer(bytes);
        var path =
                Arrays.stream(field.split("\\.")).map(PathElement::groupElement).toArray(PathElement[]::new);
        var at = (int) layout.byteOffset(path);
        switch ((int) layout.select(path).byteSize()) {
            case Short.BYTES -> to.putShort(at, (short) value);
            case Integer.BYTES -> to.putInt(at, (int) value);
            case Long.BYTES -> to.putLong(at, value);
            default -> throw new IllegalArgumentException(field + " is no number: " + layout.select(path));
        }
    }

    private static ByteBuffer buffer(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
