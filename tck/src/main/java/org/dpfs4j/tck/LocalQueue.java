package org.dpfs4j.tck;

import org.dpfs4j.io.Lane;
import org.dpfs4j.transport.DeviceEndpoint;
import org.dpfs4j.transport.Exchange;
import org.dpfs4j.transport.QueueChannel;

/** A queue without a ring: exchanges are offered by a test on the lane, and what is pushed goes to a listener, on the lane. */
public final class LocalQueue extends QueueChannel {
    /** Gets what is pushed. */
    @FunctionalInterface
    public interface Pushed {
        /** An exchange came back with so many bytes written to its reply. */
        void pushed(Exchange exchange, long writtenBytes);
    }

    /** What a queue of a guest has by default under QEMU. */
    private static final int ENTRIES = 128;

    private final Pushed listener;
    private long notifications;
    private InternalError fault;

    private LocalQueue(Lane lane, int queueIndex, Pushed listener) {
        super(lane, queueIndex);
        this.listener = listener;
    }

    /** A queue of a device, with its handlers, registered with its lane. */
    public static LocalQueue open(Lane lane, int queueIndex, DeviceEndpoint device, Pushed listener) {
        var queue = new LocalQueue(lane, queueIndex, listener);
        device.assemble(queue);
        lane.eventLoop().register(queue).syncUninterruptibly();
        return queue;
    }

    /** One {@code channelRead}; {@link #offered} ends the batch. */
    public void offer(Exchange exchange) {
        pipeline().fireChannelRead(exchange);
    }

    /** The end of a batch. */
    public void offered() {
        pipeline().fireChannelReadComplete();
    }

    @Override
    public void push(Exchange exchange, long writtenBytes) {
        listener.pushed(exchange, writtenBytes);
    }

    @Override
    public void notifyDriver() {
        notifications++;
    }

    @Override
    public void memoryFault(InternalError cause) {
        fault = cause;
    }

    @Override
    protected void closed() {}

    @Override
    public int ringEntries() {
        return ENTRIES;
    }

    /** How often the driver was notified. */
    public long notifications() {
        return notifications;
    }

    /** The last memory fault, or null. */
    public InternalError fault() {
        return fault;
    }
}
