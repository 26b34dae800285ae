package org.dpfs4j.snap;

import java.util.concurrent.CompletableFuture;
import org.dpfs4j.metrics.Counter;
import org.dpfs4j.metrics.Counters;
import org.dpfs4j.metrics.LogBudget;
import org.dpfs4j.transport.Exchange;
import org.dpfs4j.transport.ExchangePool;
import org.dpfs4j.transport.QueueChannel;
import org.dpfs4j.transport.QueueEvent;
import org.dpfs4j.transport.QueueState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A queue of a provider's device: its {@link Group} gives it requests, and takes its answers in batches. It lives as long as
 * the device; a reset of the host ends what is under way, and the next generation begins.
 */
public final class SnapQueueChannel extends QueueChannel {
    private static final Logger LOG = LoggerFactory.getLogger(SnapQueueChannel.class);
    private static final int EIO = 5;
    private static final int E2BIG = 7;
    private static final int ECANCELED = 125;

    private final String address;
    private final Group group;
    private final Counters counters;
    private final LogBudget log;
    private final ExchangePool<SnapExchange> exchanges;

    /** The session ends: what still comes of its generation is refused. */
    private boolean ending;

    private int endingGeneration;

    /** What comes of another generation meanwhile waits for the end. */
    private boolean holding;

    private boolean reading;
    private CompletableFuture<Void> idle;

    /** Queue {@code queueIndex} of the device at {@code address}, with so many requests under way at most. */
    SnapQueueChannel(Group group, int queueIndex, String address, int entries, Counters counters, LogBudget log) {
        super(group.lane(), queueIndex);
        this.address = address;
        this.group = group;
        this.counters = counters;
        this.log = log;
        exchanges = new ExchangePool<>(entries, SnapExchange::new);
    }

    /** Whether a {@code struct vfsp_req} must wait until another one, or those of the generation before, have ended. */
    boolean mustWait(long request) {
        return isActive()
                && (ending ? holding && SnapExchange.generation(request) != endingGeneration : exchanges.isFull());
    }

    /** Takes a {@code struct vfsp_req}, for which there is room; returns how many bytes it will move at most. */
    long receive(long request) {
        if (ending || !isActive()) {
            refuse(request, ECANCELED);
            return 0;
        }
        var exchange = exchanges.next();
        exchanges.begin(exchange);
        if (!exchange.begin(request)) {
            exchanges.end(exchange);
            refuse(request, E2BIG);
            return 0;
        }
        if (!reading) {
            reading = true;
            group.reading(this);
        }
        // The pipeline may have answered it, and given it back, when this returns.
        var bytes = exchange.request().sizeBytes() + exchange.reply().sizeBytes();
        pipeline().fireChannelRead(exchange);
        return bytes;
    }

    /** The driver is told of an error by the provider, if it still listens. */
    private void refuse(long request, int errno) {
        if (errno != ECANCELED) {
            counters.count(Counter.CHAINS_INVALID);
            if (log.take()) {
                LOG.warn("{} queue {}: a request is refused: {}", address, queueIndex(), DynamicLinker.describe(errno));
            }
        }
        group.answer(SnapExchange.cookie(request), 0, -errno);
    }

    /** A batch is over. */
    void readComplete() {
        reading = false;
        pipeline().fireChannelReadComplete();
    }

    @Override
    public int ringEntries() {
        return exchanges.count();
    }

    @Override
    public QueueState state() {
        return ending ? QueueState.STOPPING : super.state();
    }

    @Override
    public void push(Exchange given, long writtenBytes) {
        var exchange = (SnapExchange) given;
        if (!exchange.isInFlight()) {
            throw new IllegalStateException(
                    "exchange " + exchange.index() + " of queue " + queueIndex() + " pushed twice");
        }
        var bytes = exchange.expectsReply()
                ? Math.min(writtenBytes, exchange.reply().sizeBytes())
                : 0;
        var failed = bytes == 0 && exchange.expectsReply();
        exchange.written(bytes);
        group.answer(exchange.cookie(), (int) bytes, failed ? -EIO : 0);
        var wasFull = exchanges.isFull();
        exchanges.end(exchange);
        if (wasFull) {
            group.goOn();
        }
        if (idle != null && exchanges.inFlight() == 0) {
            group.flush();
            idle.complete(null);
        }
    }

    @Override
    public void notifyDriver() {
        group.answered();
    }

    /** Requests are in the provider's memory: only a backend's own can fault. */
    @Override
    public void memoryFault(InternalError cause) {
        counters.count(Counter.MEMORY_FAULTS);
        if (log.take()) {
            LOG.error("{} queue {}: fault in memory", address, queueIndex(), cause);
        }
    }

    int inFlight() {
        return exchanges.inFlight();
    }

    /** Completes when nothing is under way. */
    CompletableFuture<Void> idle() {
        var result = new CompletableFuture<Void>();
        idle = result;
        if (exchanges.inFlight() == 0) {
            group.flush();
            result.complete(null);
        }
        return result;
    }

    /** Takes nothing more of a generation and ends what is under way early; completes when that has been given back to the provider. */
    CompletableFuture<Void> end(int generation) {
        endingGeneration = generation;
        holding = true;
        return endEarly();
    }

    /** As {@link #end(int)}, for all generations. */
    CompletableFuture<Void> end() {
        holding = false;
        return endEarly();
    }

    private CompletableFuture<Void> endEarly() {
        ending = true;
        group.withdraw(this);
        if (exchanges.inFlight() > 0) {
            pipeline().fireUserEventTriggered(QueueEvent.CANCEL_IN_FLIGHT);
        }
        return idle();
    }

    /** The end lasts too long to hold up the group's other devices for the next generation: it is refused from now on. */
    void holdNoLonger() {
        holding = false;
        group.withdraw(this);
    }

    /** The next generation may come. */
    void begin() {
        ending = false;
        holding = false;
        idle = null;
        group.goOn();
    }

    @Override
    protected void closed() {
        var orphans = exchanges.inFlight();
        exchanges.close();
        for (int i = 0; i < orphans; i++) {
            counters.count(Counter.EXCHANGES_ORPHANED);
        }
        if (idle != null) {
            idle.complete(null);
        }
    }
}
