package org.dpfs4j.nfs.rpc;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import java.lang.foreign.MemorySegment;
import org.dpfs4j.memory.Memory;

/**
 * The one buffer that a connection receives into, at an address that is known: what was received is used up before the next
 * bytes are asked for.
 */
final class ReceiveBuffer extends DefaultMaxMessagesRecvByteBufAllocator implements AutoCloseable {
    private final int sizeBytes;
    private final long address;
    private final ByteBuf buffer;

    ReceiveBuffer(int sizeBytes) {
        this.sizeBytes = sizeBytes;
        address = Memory.allocate(sizeBytes);
        buffer = Unpooled.wrappedBuffer(Memory.at(address, sizeBytes).asByteBuffer());
    }

    /** Address of the first byte to be read from {@code received}. */
    long addressOf(ByteBuf received) {
        return received == buffer
                ? address + received.readerIndex()
                : MemorySegment.ofBuffer(received.nioBuffer()).address();
    }

    @Override
    @SuppressWarnings("deprecation") // the type that Netty's channels ask for
    public Handle newHandle() {
        return new MaxMessageHandle() {
            @Override
            public int guess() {
                return sizeBytes;
            }

            @Override
            public ByteBuf allocate(ByteBufAllocator allocator) {
                return buffer.refCnt() == 1 ? buffer.clear().retain() : allocator.directBuffer(sizeBytes);
            }
        };
    }

    /** Frees the memory, once the channel is closed and its last read has ended. */
    @Override
    public void close() {
        if (buffer.refCnt() == 1) {
            buffer.release();
            Memory.free(address);
        }
    }
}
