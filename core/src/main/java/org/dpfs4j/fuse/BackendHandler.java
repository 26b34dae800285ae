package org.dpfs4j.fuse;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Calls the file system: whatever a backend throws becomes an error of that one request. */
final class BackendHandler extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var slot = (Slot) message;
        try {
            slot.operation().invoke(slot.fileSystem(), slot.request(), slot);
        } catch (RuntimeException | Error cause) {
            slot.broken(cause);
        }
    }
}
