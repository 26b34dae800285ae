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
    /** Enough for the head of a reply, or for some that are short. */
    private static final int NARROW_BYTES = 8 << 10;

    private final int sizeBytes;
    private final long address;
    private final ByteBuf buffer;
    private int usedBytes;

    ReceiveBuffer(int sizeBytes) {
        this.sizeBytes = sizeBytes;
        usedBytes = sizeBytes;
        address = Memory.allocate(sizeBytes);
        buffer = Unpooled.wrappedBuffer(Memory.at(address, sizeBytes).asByteBuffer());
    }

    /** Whether only little is to be received at once from now on. */
    void narrow(boolean little) {
        usedBytes = little ? NARROW_BYTES : sizeBytes;
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
                return usedBytes;
            }

            @Override
            public ByteBuf allocate(ByteBufAllocator allocator) {
                return buffer.refCnt() == 1 ? start().retain() : allocator.directBuffer(sizeBytes);
            }
        };
    }

    /** The end of the buffer is used, as much of it as is wanted. */
    private ByteBuf start() {
        return buffer.setIndex(sizeBytes - usedBytes, sizeBytes - usedBytes);
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
