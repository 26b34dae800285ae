package org.dpfs4j.fuse;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import org.dpfs4j.transport.QueueChannel;

/**
 * Gives answers back to the guest. It stands nearest the channel: a write becomes a used entry, a flush the notification,
 * and nothing goes on into Netty's outbound buffer. The guest is notified once per batch, every {@link #NOTIFY_EVERY}
 * answers within one, and at the end of the loop's turn for answers that came by themselves.
 */
final class FuseEncoder extends ChannelDuplexHandler {
    /** Answers after which the guest is notified within a batch. */
    static final int NOTIFY_EVERY = 16;

    private final Stopwatch stopwatch;
    private QueueChannel channel;
    private Runnable endOfTurn;
    private boolean reading;
    private boolean scheduled;
    private int unannounced;

    FuseEncoder(Stopwatch stopwatch) {
        this.stopwatch = stopwatch;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        channel = (QueueChannel) context.channel();
        endOfTurn = this::turnEnds;
    }

    private void turnEnds() {
        scheduled = false;
        announce();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!reading) {
            reading = true;
            stopwatch.popping();
        }
        context.fireChannelRead(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        reading = false;
        stopwatch.popped();
        announce();
        context.fireChannelReadComplete();
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        var slot = (Slot) message;
        long bytes = 0;
        try {
            bytes = slot.encode();
        } catch (InternalError cause) {
            channel.memoryFault(cause);
        }
        stopwatch.answered(slot);
        channel.push(slot.exchange(), bytes);
        unannounced++;
        if (unannounced >= NOTIFY_EVERY) {
            announce();
        } else if (!reading && !scheduled) {
            scheduled = true;
            channel.lane().execute(endOfTurn);
        }
    }

    @Override
    public void flush(ChannelHandlerContext context) {
        announce();
    }

    private void announce() {
        if (unannounced > 0) {
            unannounced = 0;
            channel.notifyDriver();
            stopwatch.announced();
        }
    }
}
