package org.dpfs4j.io;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoHandlerConfig;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The lanes of a process and the workers they share. */
public final class Lanes implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Lanes.class);
    private static final int RING_ENTRIES = 4096;

    /** How long a lane looks for work in vain at most, if nothing else is said. */
    public static final Duration POLL_MAX = Duration.ofNanos(50_000);

    /** The longest that makes sense. */
    public static final Duration POLL_LIMIT = Duration.ofMillis(10);

    private final MultiThreadIoEventLoopGroup group;
    private final Workers workers = new Workers();
    private final List<Lane> lanes = new ArrayList<>();
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger serving = new AtomicInteger();

    /** As below, with {@link #POLL_MAX}. */
    public Lanes(int count, IoMode mode) {
        this(count, mode, POLL_MAX);
    }

    /**
     * Starts lanes.
     *
     * @param count how many, at least 1
     * @param mode what they run on
     * @param pollMax how long a lane looks for work in vain at most before it sleeps; zero: not at all. It also does not
     *     where as many lanes serve as there are cores
     * @throws IllegalStateException when {@link IoMode#IO_URING} is asked for and cannot be had
     */
    public Lanes(int count, IoMode mode, Duration pollMax) {
        var ioUring = mode != IoMode.EPOLL && IoUring.isAvailable();
        if (mode == IoMode.IO_URING && !ioUring) {
            throw new IllegalStateException("io_uring cannot be used here", IoUring.unavailabilityCause());
        }
        say(mode, ioUring, count);
        var pollers = new ArrayList<Poller>();
        group = new MultiThreadIoEventLoopGroup(
                count, new DefaultThreadFactory("lane", true), polling(handlers(ioUring), pollers, pollMax));
        for (var executor : group) {
            var poller = pollers.get(lanes.size());
            lanes.add(start(new Lane(lanes.size(), (IoEventLoop) executor, workers, poller, ioUring)));
        }
    }

    /** Loads what lanes run on now: Netty unpacks its libraries into the temporary folder to load them. */
    public static void loadLibraries() {
        LOG.debug("io_uring: {}, epoll: {}", IoUring.isAvailable(), Epoll.isAvailable());
    }

    private static void say(IoMode mode, boolean ioUring, int count) {
        if (ioUring) {
            LOG.info("{} lanes on io_uring", count);
        } else if (mode == IoMode.EPOLL) {
            LOG.info("{} lanes on epoll, as configured", count);
        } else {
            var cause = IoUring.unavailabilityCause();
            LOG.warn(
                    "{} lanes on epoll with worker threads, because io_uring cannot be used: {}",
                    count,
                    cause.getMessage());
        }
    }

    private static IoHandlerFactory handlers(boolean ioUring) {
        return ioUring
                ? IoUringIoHandler.newFactory(
                        new IoUringIoHandlerConfig().setRingSize(RING_ENTRIES).setCqSize(2 * RING_ENTRIES))
                : EpollIoHandler.newFactory();
    }

    /** Handlers that look for work themselves: the group makes one for each of its loops, in their order. */
    private IoHandlerFactory polling(IoHandlerFactory handlers, List<Poller> pollers, Duration pollMax) {
        var cores = Runtime.getRuntime().availableProcessors();
        return executor -> {
            var poller = new Poller(serving, cores, pollMax.toNanos());
            pollers.add(poller);
            return new PollingHandler(handlers.newHandler(executor), poller);
        };
    }

    private static Lane start(Lane lane) {
        lane.eventLoop().submit(() -> lane.begin(Thread.currentThread())).syncUninterruptibly();
        if (lane.uring() != null) {
            var registration = ((IoEventLoop) lane.eventLoop()).register(lane.uring());
            lane.uring().registered(registration.syncUninterruptibly().getNow());
        }
        return lane;
    }

    /** How many lanes there are. */
    public int count() {
        return lanes.size();
    }

    /** Lane {@code index}, counted round. */
    public Lane lane(int index) {
        return lanes.get(Math.floorMod(index, lanes.size()));
    }

    /** The threads for calls that may block. */
    public Workers workers() {
        return workers;
    }

    /** The next lane in turn: spreads what may run anywhere. */
    public Lane next() {
        return lane(next.getAndIncrement());
    }

    /** Ends workers, then the lanes that hear of their calls, after what is under way; devices must be closed before. */
    @Override
    public void close() {
        workers.close();
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
