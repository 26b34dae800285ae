package org.dpfs4j.transport;

import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import java.net.SocketAddress;
import org.dpfs4j.io.Lane;

/**
 * A virtqueue as a Netty channel: reading pops the available ring (a {@link Exchange} per {@code channelRead}, then
 * {@code channelReadComplete} after the batch), writing pushes the used ring, flushing notifies the driver. It lives as
 * long as its device's connection; ring start and stop are states inside it. Everything runs on its lane.
 */
public abstract class QueueChannel extends AbstractChannel {
    private static final ChannelMetadata METADATA = new ChannelMetadata(false);

    private final Lane lane;
    private final int queueIndex;

    @SuppressWarnings("this-escape") // a config only keeps its channel
    private final ChannelConfig config = new DefaultChannelConfig(this);

    private boolean open = true;

    /**
     * A queue of a device.
     *
     * @param queueIndex 0 for hiprio, from 1 on for request queues
     */
    @SuppressWarnings("this-escape") // the configuration only keeps the channel
    protected QueueChannel(Lane lane, int queueIndex) {
        super(null);
        this.lane = lane;
        this.queueIndex = queueIndex;
    }

    /** The lane that serves this queue, for life. */
    public final Lane lane() {
        return lane;
    }

    /** Which queue of its device: 0 is hiprio. */
    public final int queueIndex() {
        return queueIndex;
    }

    /** How many entries its ring has. */
    public abstract int ringEntries();

    /**
     * Gives an exchange back to the driver and publishes it; not yet the notification. An exchange whose ring has been
     * stopped in the meantime is only recycled. After this call the exchange belongs to the channel again.
     *
     * @param writtenBytes exactly the bytes written to {@link Exchange#reply}, 0 when there is no reply
     */
    public abstract void push(Exchange exchange, long writtenBytes);

    /** Tells the driver once about everything pushed since the last time, unless it asked not to be told. */
    public abstract void notifyDriver();

    /**
     * Memory of the guest could not be read or written (its file was truncated); find out whose and break that device.
     */
    public abstract void memoryFault(InternalError cause);

    /** What the queue is doing; from any thread, as it was a moment ago. */
    public QueueState state() {
        return isActive() ? QueueState.RUNNING : QueueState.STOPPED;
    }

    /** Releases what the channel holds; called once, on its lane. */
    protected abstract void closed();

    @Override
    protected final void doClose() {
        open = false;
        closed();
    }

    @Override
    public final boolean isOpen() {
        return open;
    }

    @Override
    public final boolean isActive() {
        return open && isRegistered();
    }

    @Override
    public final ChannelConfig config() {
        return config;
    }

    @Override
    public final ChannelMetadata metadata() {
        return METADATA;
    }

    @Override
    protected final boolean isCompatible(EventLoop loop) {
        return loop == lane.eventLoop();
    }

    @Override
    protected final AbstractUnsafe newUnsafe() {
        return new QueueUnsafe();
    }

    @Override
    protected final SocketAddress localAddress0() {
        return null;
    }

    @Override
    protected final SocketAddress remoteAddress0() {
        return null;
    }

    @Override
    protected final void doBind(SocketAddress localAddress) {
        throw new UnsupportedOperationException("a queue is not bound");
    }

    @Override
    protected final void doDisconnect() {
        doClose();
    }

    /** Queues read by themselves: at a kick, or when polled. */
    @Override
    protected final void doBeginRead() {}

    /** {@code FuseEncoder} takes every write; one that comes here was not a reply. */
    @Override
    protected final void doWrite(ChannelOutboundBuffer in) {
        throw new UnsupportedOperationException("not a reply: " + in.current());
    }

    private final class QueueUnsafe extends AbstractUnsafe {
        @Override
        public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
            promise.setFailure(new UnsupportedOperationException("a queue is not connected"));
        }
    }
}
