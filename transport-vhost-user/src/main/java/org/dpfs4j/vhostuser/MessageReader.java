package org.dpfs4j.vhostuser;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.dpfs4j.io.Fd;
import org.dpfs4j.memory.Memory;

/**
 * Cuts the connection's bytes into messages, and writes answers.
 *
 * <pre>
 * message  u32 request | u32 flags: version 1 in bits 0-1, 2 answer, 3 answer wanted | u32 payload bytes | payload
 * </pre>
 */
final class MessageReader implements AutoCloseable {
    private static final int HEADER_BYTES = 12;
    private static final int PAYLOAD_BYTES = 4096;
    private static final int VERSION = 1;
    private static final int VERSION_MASK = 3;
    private static final int ANSWER = 4;
    private static final int ANSWER_WANTED = 8;

    private final ControlSocket socket;
    private final long in = Memory.allocate(HEADER_BYTES + PAYLOAD_BYTES);
    private final long out = Memory.allocate(HEADER_BYTES + PAYLOAD_BYTES);
    private final List<Fd> fds = new ArrayList<>();
    private ByteBuffer payload;

    MessageReader(ControlSocket socket) {
        this.socket = socket;
    }

    /** Reads the next message, which replaces the one before; false at the end. */
    boolean next() throws IOException, BadMessage {
        closeFds();
        if (!socket.read(in, HEADER_BYTES, fds)) {
            return false;
        }
        var flags = Memory.ALL.get(JAVA_INT, in + 4);
        var size = Memory.ALL.get(JAVA_INT, in + 8);
        if ((flags & VERSION_MASK) != VERSION || (flags & ANSWER) != 0) {
            throw new BadMessage("not a vhost-user message: flags 0x" + Integer.toHexString(flags));
        }
        if (size < 0 || size > PAYLOAD_BYTES) {
            throw new BadMessage("message " + request() + " of " + Integer.toUnsignedString(size) + " bytes");
        }
        if (!socket.read(in + HEADER_BYTES, size, fds)) {
            return false;
        }
        payload = Memory.at(in + HEADER_BYTES, size).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        return true;
    }

    int request() {
        return Memory.ALL.get(JAVA_INT, in);
    }

    boolean isAnswerWanted() {
        return (Memory.ALL.get(JAVA_INT, in + 4) & ANSWER_WANTED) != 0;
    }

    ByteBuffer payload() {
        return payload;
    }

    /** The descriptors that came with the message; those left here are closed with the next one. */
    List<Fd> fds() {
        return fds;
    }

    void answer(long value) throws IOException {
        Memory.ALL.set(JAVA_LONG_UNALIGNED, out + HEADER_BYTES, value);
        answer(8);
    }

    /** Answers {@code u32 first, u32 second}. */
    void answer(int first, int second) throws IOException {
        answer(Integer.toUnsignedLong(first) | (long) second << 32);
    }

    /** Answers {@code u32 offset, u32 size, u32 flags} and the bytes. */
    void answerConfig(ByteBuffer space, int offset, int size) throws IOException {
        var answer = Memory.at(out + HEADER_BYTES, 12L + size).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        answer.putInt(offset).putInt(size).putInt(0).put(12, space, offset, size);
        answer(12 + size);
    }

    private void answer(int payloadBytes) throws IOException {
        Memory.ALL.set(JAVA_INT, out, request());
        Memory.ALL.set(JAVA_INT, out + 4, VERSION | ANSWER);
        Memory.ALL.set(JAVA_INT, out + 8, payloadBytes);
        socket.write(out, HEADER_BYTES + payloadBytes);
    }

    private void closeFds() {
        fds.forEach(Fd::close);
        fds.clear();
    }

    @Override
    public void close() {
        closeFds();
        Memory.free(in);
        Memory.free(out);
    }
}
