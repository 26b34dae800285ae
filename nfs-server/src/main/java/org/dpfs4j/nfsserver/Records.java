package org.dpfs4j.nfsserver;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Record marking (RFC 5531, section 11): bytes come in, whole records without their marks go on, one {@link ByteBuf} each.
 *
 * <pre>
 * |1| length, 31 bits | last fragment ...     |0| length | fragment, more follow ...
 * </pre>
 */
final class Records extends ChannelInboundHandlerAdapter {
    private static final int RECORD_MAX = 64 << 20;

    /** Bytes that are no whole fragment yet. */
    private ByteBuf pending;

    /** Fragments of a record that is not whole yet, without marks. */
    private ByteBuf record;

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        pending = context.alloc().buffer();
        record = context.alloc().buffer();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        pending.release();
        record.release();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var bytes = (ByteBuf) message;
        try {
            pending.writeBytes(bytes);
        } finally {
            bytes.release();
        }
        while (pending.readableBytes() >= Integer.BYTES) {
            int mark = pending.getInt(pending.readerIndex());
            int length = mark & ~Nfs.LAST_FRAGMENT;
            if (length > RECORD_MAX - record.readableBytes()) {
                context.close();
                return;
            }
            if (pending.readableBytes() < Integer.BYTES + length) {
                break;
            }
            pending.skipBytes(Integer.BYTES);
            record.writeBytes(pending, length);
            if (mark < 0) {
                var whole = record;
                record = context.alloc().buffer();
                context.fireChannelRead(whole);
            }
        }
        pending.discardSomeReadBytes();
    }

    /** A record with its mark, in one fragment; takes over {@code record}. */
    static ByteBuf marked(ByteBuf record) {
        var out = record.alloc().buffer(Integer.BYTES + record.readableBytes());
        out.writeInt(Nfs.LAST_FRAGMENT | record.readableBytes()).writeBytes(record);
        record.release();
        return out;
    }

    /** A record in fragments of {@code size} bytes at most; takes over {@code record}. */
    static ByteBuf fragmented(ByteBuf record, int size) {
        var out = record.alloc().buffer(record.readableBytes() * 2);
        do {
            int length = Math.min(size, record.readableBytes());
            out.writeInt(length == record.readableBytes() ? Nfs.LAST_FRAGMENT | length : length);
            out.writeBytes(record, length);
        } while (record.isReadable());
        record.release();
        return out;
    }
}
