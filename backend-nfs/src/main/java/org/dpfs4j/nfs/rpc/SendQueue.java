package org.dpfs4j.nfs.rpc;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.List;
import org.dpfs4j.memory.Memory;

/**
 * What a connection is about to send. Requests of one turn of the lane are put side by side in few buffers and leave with one
 * write; data of a guest is copied when it is short, and otherwise sent from where it is.
 */
final class SendQueue implements AutoCloseable {
    /** Data that is cheaper to copy than to name. */
    private static final int COPY_BYTES_MAX = 16 << 10;

    private static final int BUFFER_BYTES = 64 << 10;
    private static final int BUFFERS_MAX = 16;

    /** A buffer at an address that is known; it is free when nobody else refers to it. */
    private record Buffer(long address, ByteBuf buf) {
        static Buffer make() {
            var address = Memory.allocate(BUFFER_BYTES);
            return new Buffer(
                    address,
                    Unpooled.wrappedBuffer(Memory.at(address, BUFFER_BYTES).asByteBuffer()));
        }

        boolean isFree() {
            return buf.refCnt() == 1;
        }

        void free() {
            buf.release();
            Memory.free(address);
        }
    }

    private final Channel channel;
    private final List<Buffer> buffers = new ArrayList<>();
    private Buffer current;
    private int used;

    SendQueue(Channel channel) {
        this.channel = channel;
    }

    /** Takes a request; its encoded bytes are copied, long data behind them is not. */
    void add(RpcRequest request) {
        copy(request.out().address(), request.out().position());
        var payload = request.payloadBytes();
        if (payload == 0) {
            return;
        }
        if (payload <= COPY_BYTES_MAX) {
            copyPayload(request);
        } else {
            writeOut();
            name(request);
        }
        pad((int) Xdr.padded(payload) - payload);
    }

    /** Takes a whole record; it is copied. */
    void addRecord(XdrWriter record) {
        copy(record.address(), record.position());
    }

    private void copy(long from, int bytes) {
        var done = 0;
        while (done < bytes) {
            var room = room();
            var part = Math.min(room, bytes - done);
            Memory.copy(from + done, current.address + used, part);
            used += part;
            done += part;
        }
    }

    private void copyPayload(RpcRequest request) {
        var done = 0;
        while (done < request.payloadBytes()) {
            var part = Math.min(room(), request.payloadBytes() - done);
            request.payload().copyOut(request.payloadOffset() + (long) done, current.address + used, part);
            used += part;
            done += part;
        }
    }

    /** Bytes that fit into the current buffer, at least 1. */
    private int room() {
        if (current != null && used == BUFFER_BYTES) {
            writeOut();
        }
        if (current == null) {
            current = free();
            used = 0;
        }
        return BUFFER_BYTES - used;
    }

    private Buffer free() {
        for (var buffer : buffers) {
            if (buffer.isFree()) {
                return buffer;
            }
        }
        var made = Buffer.make();
        buffers.add(made);
        return made;
    }

    /** Sends the data from the guest's memory. */
    private void name(RpcRequest request) {
        var list = request.payload();
        var skip = (long) request.payloadOffset();
        var left = (long) request.payloadBytes();
        for (int i = 0; i < list.count() && left > 0; i++) {
            var size = list.length(i);
            if (skip < size) {
                var part = Math.min(size - skip, left);
                write(Unpooled.wrappedBuffer(
                        Memory.at(list.address(i) + skip, part).asByteBuffer()));
                left -= part;
            }
            skip = Math.max(0, skip - size);
        }
    }

    private void pad(int bytes) {
        for (int i = 0; i < bytes; i++) {
            room();
            Memory.ALL.set(JAVA_BYTE, current.address + used, (byte) 0);
            used++;
        }
    }

    private void writeOut() {
        if (current != null && used > 0) {
            write(current.buf.setIndex(0, used).retain());
        }
        current = null;
    }

    private void write(ByteBuf buf) {
        channel.write(buf, channel.voidPromise());
    }

    /** Sends everything. */
    void flush() {
        writeOut();
        channel.flush();
        while (buffers.size() > BUFFERS_MAX && buffers.getLast().isFree()) {
            buffers.removeLast().free();
        }
    }

    /** Frees what nobody sends any more; the channel is closed. */
    @Override
    public void close() {
        current = null;
        buffers.removeIf(buffer -> {
            var free = buffer.isFree();
            if (free) {
                buffer.free();
            }
            return free;
        });
    }
}
