package org.dpfs4j.vhostuser;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.transport.DeviceEndpoint;
import org.dpfs4j.transport.Exchange;
import org.dpfs4j.transport.QueueChannel;
import org.dpfs4j.transport.QueueEvent;

/**
 * A device that answers each request with its own bytes, as many as fit. A request that begins with {@link #PARK} is
 * kept until it is released, one that begins with {@link #STUBBORN} does not even end when it is cancelled. Before it
 * answers one that begins with {@link #LOOK}, it calls {@link #look}.
 */
final class EchoEndpoint implements DeviceEndpoint {
    static final byte PARK = '!';
    static final byte STUBBORN = '#';
    static final byte LOOK = '?';

    final AtomicInteger resets = new AtomicInteger();
    final AtomicInteger requests = new AtomicInteger();
    final AtomicInteger cancels = new AtomicInteger();
    final AtomicInteger batches = new AtomicInteger();
    volatile boolean failing;
    volatile Runnable look;
    final List<Echo> queues = new CopyOnWriteArrayList<>();

    @Override
    public void assemble(QueueChannel queue) {
        if (failing) {
            throw new IllegalStateException("wanted by a test");
        }
        var echo = new Echo(queue);
        queues.add(echo);
        queue.pipeline().addLast(echo);
    }

    @Override
    public void reset() {
        resets.incrementAndGet();
    }

    int parked() {
        return queues.stream().mapToInt(echo -> echo.parked.size()).sum();
    }

    /** Answers everything that is parked, and waits until that is done. */
    void release() {
        for (var echo : queues) {
            echo.queue.lane().eventLoop().submit(echo::release).syncUninterruptibly();
        }
    }

    /** The handler of one queue. */
    final class Echo extends ChannelInboundHandlerAdapter {
        private static final int COPY_BYTES = 1 << 20;

        final QueueChannel queue;
        final List<Exchange> parked = new CopyOnWriteArrayList<>();
        final List<Byte> kinds = new CopyOnWriteArrayList<>();
        private final long copy = Memory.allocate(COPY_BYTES);

        Echo(QueueChannel queue) {
            this.queue = queue;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            requests.incrementAndGet();
            var exchange = (Exchange) message;
            try {
                var length = exchange.request().copyOut(0, copy, 1);
                var kind = length == 0 ? 0 : Memory.ALL.get(JAVA_BYTE, copy);
                if (kind == PARK || kind == STUBBORN) {
                    kinds.add(kind);
                    parked.add(exchange);
                } else {
                    if (kind == LOOK) {
                        look.run();
                    }
                    answer(exchange);
                }
            } catch (InternalError e) {
                queue.memoryFault(e);
                queue.push(exchange, 0);
            }
        }

        private void answer(Exchange exchange) {
            var length = exchange.request().copyOut(0, copy, COPY_BYTES);
            queue.push(exchange, exchange.reply().copyIn(0, copy, length));
        }

        void release() {
            parked.forEach(this::answer);
            parked.clear();
            kinds.clear();
            queue.notifyDriver();
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            batches.incrementAndGet();
            queue.notifyDriver();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event != QueueEvent.CANCEL_IN_FLIGHT) {
                return;
            }
            cancels.incrementAndGet();
            for (int i = parked.size() - 1; i >= 0; i--) {
                if (kinds.get(i) == PARK) {
                    kinds.remove(i);
                    queue.push(parked.remove(i), 0);
                }
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            throw new AssertionError(cause);
        }
    }
}
