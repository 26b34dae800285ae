package org.dpfs4j.devfuse;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.dpfs4j.io.Fd;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.metrics.Counter;
import org.dpfs4j.metrics.Counters;
import org.dpfs4j.transport.Device;
import org.dpfs4j.transport.DeviceEndpoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A mount that is served. It ends when the kernel says so: unmounted by us or by anybody, or aborted. Unmounting waits for
 * answers of the lanes, so it has a thread of its own, and so has the end.
 */
public final class DevFuseDevice implements Device {
    private static final Logger LOG = LoggerFactory.getLogger(DevFuseDevice.class);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(2);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

    private final Mounted mount;
    private final DeviceEndpoint endpoint;
    private final List<Fd> connections = new ArrayList<>();
    private final List<DevFuseQueueChannel> queues = new ArrayList<>();
    private final Counters counters = new Counters();
    private final AtomicBoolean ending = new AtomicBoolean();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    private DevFuseDevice(Mounted mount, DeviceEndpoint endpoint) {
        this.mount = mount;
        this.endpoint = endpoint;
    }

    /** Mounts; see {@link org.dpfs4j.transport.Transport#open}. */
    static DevFuseDevice open(DevFuseConfig config, String tag, DeviceEndpoint endpoint, Lanes lanes)
            throws IOException {
        var syscalls = new Syscalls();
        try {
            var mount = FuseMount.mount(config, tag, syscalls);
            return serve(mount, config.queues() == 0 ? lanes.count() : config.queues(), endpoint, lanes, syscalls);
        } finally {
            syscalls.close();
        }
    }

    /** Serves what is mounted, with so many connections. */
    static DevFuseDevice serve(Mounted mount, int queues, DeviceEndpoint endpoint, Lanes lanes, Syscalls syscalls) {
        var device = new DevFuseDevice(mount, endpoint);
        try {
            device.openQueues(queues, lanes, syscalls);
        } catch (RuntimeException e) {
            device.close();
            throw e;
        }
        device.counters.count(Counter.CONNECTIONS);
        LOG.info("{} is mounted, and read by {} queues", device.address(), device.queues.size());
        return device;
    }

    private void openQueues(int count, Lanes lanes, Syscalls syscalls) {
        connections.add(mount.connection());
        while (connections.size() < count) {
            connections.add(mount.another(syscalls));
        }
        for (var connection : connections) {
            var lane = lanes.next();
            connection.acquire();
            // Queue 0 is hiprio, which a connection does not have.
            var queue = new DevFuseQueueChannel(lane, queues.size() + 1, address(), connection, counters, this::gone);
            endpoint.assemble(queue);
            lane.eventLoop().register(queue).syncUninterruptibly();
            queues.add(queue);
        }
        queues.forEach(queue -> queue.lane().execute(queue::start));
    }

    @Override
    public Optional<Counters> counters() {
        return Optional.of(counters);
    }

    @Override
    public String address() {
        return mount.place().toString();
    }

    /** The kernel has ended the connection; from any thread. */
    private void gone() {
        if (ending.compareAndSet(false, true)) {
            Thread.ofPlatform().daemon().name("end of " + address()).start(this::end);
        }
    }

    private void end() {
        try {
            onQueues(DevFuseQueueChannel::stop)
                    .orTimeout(STOP_LIMIT.toNanos(), TimeUnit.NANOSECONDS)
                    .join();
        } catch (CompletionException e) {
            LOG.debug("{}: not all requests have ended", address(), e);
        }
        try {
            for (var queue : queues) {
                if (!queue.close().awaitUninterruptibly(CLOSE_LIMIT.toMillis())) {
                    LOG.error("{}: {} does not close", address(), queue);
                    mount.abort();
                }
            }
            endpoint.reset();
        } catch (RuntimeException e) {
            LOG.error("{}: the end of its session failed", address(), e);
        } finally {
            connections.forEach(Fd::close);
            LOG.info("{} is served no longer", address());
            ended.complete(null);
        }
    }

    private CompletableFuture<Void> onQueues(Function<DevFuseQueueChannel, CompletableFuture<Void>> call) {
        return CompletableFuture.allOf(queues.stream()
                .map(queue -> CompletableFuture.supplyAsync(() -> call.apply(queue), queue.lane())
                        .thenCompose(done -> done))
                .toArray(CompletableFuture[]::new));
    }

    @Override
    public CompletionStage<Void> ended() {
        return ended;
    }

    /**
     * Unmounts. A mount in use is detached: its name is free at once, requests under way are answered, and who still uses it
     * gets errors when the device is closed.
     */
    @Override
    public CompletionStage<Void> drain(Duration limit) {
        var drained = new CompletableFuture<Void>();
        ended.thenRun(() -> drained.complete(null));
        unmounting(syscalls -> {
            if (mount.unmount(false, syscalls) == Mounted.Outcome.BUSY) {
                LOG.warn(
                        "{} is in use: it is detached, and programs that still use it will get errors "
                                + "(Transport endpoint is not connected)",
                        address());
                mount.flush(syscalls);
                mount.unmount(true, syscalls);
                onQueues(DevFuseQueueChannel::drain).thenRun(() -> drained.complete(null));
            }
        });
        return drained.completeOnTimeout(null, limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    private Thread unmounting(Consumer<Syscalls> work) {
        return Thread.ofPlatform().daemon().name("unmount " + address()).start(() -> {
            var syscalls = new Syscalls();
            try {
                work.accept(syscalls);
            } finally {
                syscalls.close();
            }
        });
    }

    /** Leaves no mount behind. Must not be called on a lane: it waits for the lanes. */
    @Override
    public void close() {
        if (!ending.get()) {
            var detaching = unmounting(syscalls -> mount.unmount(true, syscalls));
            try {
                detaching.join(STOP_LIMIT);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        gone();
        ended.completeOnTimeout(null, CLOSE_LIMIT.multipliedBy(2).toNanos(), TimeUnit.NANOSECONDS)
                .join();
    }
}
