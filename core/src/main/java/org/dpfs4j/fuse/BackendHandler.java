package org.dpfs4j.fuse;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.dpfs4j.wire.ReaddirIn;

/** Calls the file system: whatever a backend throws becomes an error of that one request. */
final class BackendHandler extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var slot = (Slot) message;
        try {
            if (slot.operation() == Operation.READDIRPLUS && slot.listsNamesOnly()) {
                slot.fileSystem().readdir((ReaddirIn) slot.request(), slot);
            } else {
                slot.operation().invoke(slot.fileSystem(), slot.request(), slot);
            }
        } catch (RuntimeException | Error cause) {
            slot.broken(cause);
        }
    }
}
