package org.dpfs4j.devfuse;

import java.util.concurrent.CompletableFuture;
import org.dpfs4j.io.Fd;
import org.dpfs4j.io.Lane;
import org.dpfs4j.io.Readiness;
import org.dpfs4j.io.Syscall;
import org.dpfs4j.metrics.Counter;
import org.dpfs4j.metrics.Counters;
import org.dpfs4j.metrics.LogBudget;
import org.dpfs4j.transport.Exchange;
import org.dpfs4j.transport.ExchangePool;
import org.dpfs4j.transport.QueueChannel;
import org.dpfs4j.transport.QueueEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One lane's connection to the kernel. Requests are read without blocking until there are none, each by a read(2) of its
 * own; an answer is one write(2), at once, so that there is nothing to notify.
 *
 * <p>The lane polls for the first one and does not read through its ring: a read waits for as long as another lane
 * takes the request first (docs/decisions/007-dev-fuse.md).
 */
public final class DevFuseQueueChannel extends QueueChannel {
    private static final Logger LOG = LoggerFactory.getLogger(DevFuseQueueChannel.class);

    /** Requests that a queue has under way at most; the next ones wait in the kernel. */
    private static final int EXCHANGES = 128;

    /** Requests read in one turn, and bytes in them; afterwards the lane's other queues have theirs. */
    private static final int TURN = 64;

    private static final long TURN_BYTES = 1 << 20;
    private static final long TURN_NANOS = 200_000;

    private static final int ENOENT = 2;
    private static final int EINTR = 4;
    private static final int EIO = 5;
    private static final int EAGAIN = 11;
    private static final int EBUSY = 16;
    private static final int ENODEV = 19;

    private final String address;
    private final Fd connection;
    private final Counters counters;
    private final Runnable whenGone;
    private final ExchangePool<DevFuseExchange> exchanges;
    private final LogBudget log = new LogBudget();
    private final Runnable turn = this::turn;
    private Readiness readiness;

    /** All exchanges are under way: the next that ends reads on. */
    private boolean full;

    private boolean stopped;
    private boolean gone;
    private CompletableFuture<Void> idle;

    /**
     * Queue {@code queueIndex} of the mount at {@code address}.
     *
     * @param connection does not block; acquired for the channel, which releases it at its end
     * @param counters the mount's
     * @param whenGone runs on the lane when the kernel has ended the connection
     */
    DevFuseQueueChannel(
            Lane lane, int queueIndex, String address, Fd connection, Counters counters, Runnable whenGone) {
        super(lane, queueIndex);
        this.address = address;
        this.connection = connection;
        this.counters = counters;
        this.whenGone = whenGone;
        exchanges = new ExchangePool<>(EXCHANGES, (index, pool) -> new DevFuseExchange(index, pool, lane.syscalls()));
    }

    /** Begins to read. */
    void start() {
        readiness = lane().readiness(connection, turn);
        turn();
    }

    private boolean isReading() {
        return readiness != null && !stopped && !gone && isOpen();
    }

    /** Reads what there is, up to a limit. */
    private void turn() {
        if (!isReading()) {
            return;
        }
        var requests = 0;
        var bytes = 0L;
        var began = System.nanoTime();
        var more = true;
        while (more && requests < TURN && bytes < TURN_BYTES && System.nanoTime() - began < TURN_NANOS) {
            var exchange = exchanges.next();
            full = exchange == null;
            var result = full ? -EBUSY : read(exchange);
            if (result > 0) {
                bytes += result;
                exchanges.begin(exchange);
                exchange.begin(result);
                pipeline().fireChannelRead(exchange);
            } else if (result != -EINTR && result != -ENOENT) {
                nothingRead(result);
                more = false;
            }
            more &= isReading();
            requests++;
        }
        if (requests > 0) {
            pipeline().fireChannelReadComplete();
        }
        if (more) {
            lane().execute(turn);
        }
    }

    private long read(DevFuseExchange into) {
        return lane().syscalls()
                .call(Syscall.READ, connection.number(), into.requestAddress(), DevFuseExchange.REQUEST_BYTES);
    }

    /** Waits for more, or for an exchange to end; anything else, the end of file too, is the end of the connection. */
    private void nothingRead(long result) {
        if (result == -EAGAIN) {
            readiness.arm();
        } else if (!full) {
            if (result != 0 && result != -ENODEV) {
                counters.count(Counter.QUEUES_BROKEN);
                LOG.error("{} queue {}: requests cannot be read: errno {}", address, queueIndex(), -result);
            }
            gone = true;
            whenGone.run();
        }
    }

    /** There is no ring: as many requests as are read before one is answered. */
    @Override
    public int ringEntries() {
        return exchanges.count();
    }

    @Override
    public void push(Exchange given, long writtenBytes) {
        var exchange = (DevFuseExchange) given;
        if (!exchange.isInFlight()) {
            throw new IllegalStateException(
                    "exchange " + exchange.index() + " of queue " + queueIndex() + " pushed twice");
        }
        if (!gone && !exchange.isOrphan() && exchange.wantsReply()) {
            answer(exchange, writtenBytes > 0 ? writtenBytes : exchange.refuse(EIO));
        }
        exchanges.end(exchange);
        if (full && !exchange.isOrphan()) {
            full = false;
            lane().execute(turn);
        }
        if (idle != null && exchanges.inFlight() == 0) {
            idle.complete(null);
        }
    }

    /** A request that was interrupted or aborted waits for no answer any more (ENOENT). */
    private void answer(DevFuseExchange exchange, long bytes) {
        var result = write(exchange, bytes);
        if (result >= 0 || result == -ENOENT || result == -ENODEV) {
            return;
        }
        if (counters.value(Counter.REPLIES_REFUSED) == 0) {
            LOG.error("{} queue {}: the kernel refuses an answer: errno {}", address, queueIndex(), -result);
        }
        counters.count(Counter.REPLIES_REFUSED);
        write(exchange, exchange.refuse(EIO));
    }

    private long write(DevFuseExchange exchange, long bytes) {
        return lane().syscalls().call(Syscall.WRITE, connection.number(), exchange.replyAddress(), bytes);
    }

    @Override
    public void notifyDriver() {}

    /** Requests are in memory of our own: only a backend's can fault. */
    @Override
    public void memoryFault(InternalError cause) {
        if (log.take()) {
            LOG.error("{} queue {}: fault in memory", address, queueIndex(), cause);
        }
    }

    /** Reads no more; completes when nothing is under way. */
    CompletableFuture<Void> drain() {
        stopped = true;
        if (idle == null) {
            idle = new CompletableFuture<>();
        }
        if (exchanges.inFlight() == 0) {
            idle.complete(null);
        }
        return idle;
    }

    /** As {@link #drain}, and ends what is under way early. */
    CompletableFuture<Void> stop() {
        var drained = drain();
        if (!drained.isDone()) {
            pipeline().fireUserEventTriggered(QueueEvent.CANCEL_IN_FLIGHT);
        }
        return drained;
    }

    @Override
    protected void closed() {
        gone = true;
        if (readiness != null) {
            readiness.close();
        }
        var orphans = exchanges.inFlight();
        exchanges.close();
        for (int i = 0; i < orphans; i++) {
            counters.count(Counter.EXCHANGES_ORPHANED);
        }
        if (orphans > 0) {
            LOG.warn("{} queue {} ends without waiting longer for {} requests", address, queueIndex(), orphans);
        }
        if (idle != null) {
            idle.complete(null);
        }
        connection.release();
    }
}
