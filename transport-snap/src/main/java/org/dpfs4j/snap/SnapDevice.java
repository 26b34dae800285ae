package org.dpfs4j.snap;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.dpfs4j.metrics.Counter;
import org.dpfs4j.metrics.Counters;
import org.dpfs4j.metrics.LogBudget;
import org.dpfs4j.metrics.ProviderCounts;
import org.dpfs4j.transport.Device;
import org.dpfs4j.transport.DeviceEndpoint;
import org.dpfs4j.transport.DriverArch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A function that a DPU shows its host, while it is served. Until all devices of its provider are opened it waits for them. A reset by
 * the host ends the session and what is under way; the provider hears that it is over when nothing of ours touches the old requests
 * any more, however long that takes, because their memory is used for new ones then.
 */
public final class SnapDevice implements Device {
    private static final Logger LOG = LoggerFactory.getLogger(SnapDevice.class);

    /** How long a reset waits for requests before it ends their session under them. */
    private static final Duration RESET_LIMIT = Duration.ofSeconds(2);

    private static final Duration LANE_LIMIT = Duration.ofSeconds(10);

    /** {@code enum vfsp_evt_type}. */
    private static final int READY = 1;

    private static final int RESET_BEGIN = 2;
    private static final int FLR_BEGIN = 3;
    private static final int DOWN = 4;
    private static final int STOPPED = 5;
    private static final int HOTPLUG_STATE = 6;
    private static final int VIRTUAL_FUNCTIONS = 7;
    private static final int ERROR = 8;
    private static final int PLUG_REQUEST_DONE = 9;

    private final SnapConfig config;
    private final int number;
    private final String tag;
    private final DeviceEndpoint endpoint;
    private final Consumer<SnapDevice> whenClosed;
    private final CpuLatency latency;
    private final Counters counters = new Counters();

    /** A host resets its device as often as it likes. */
    private final LogBudget log = new LogBudget();

    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private CompletableFuture<Void> resets = CompletableFuture.completedFuture(null);
    private Dpu dpu;
    private OpenProvider provider;
    private Group group;
    private SnapQueueChannel[] queues = {};

    /** Requests are still under way, and nobody waits for them any more: the provider is not told that they have ended. */
    private volatile boolean abandoned;

    /**
     * Device {@code number} of its provider, not opened there yet.
     *
     * @param whenClosed runs when it is closed without having been served
     */
    SnapDevice(SnapConfig config, int number, String tag, DeviceEndpoint endpoint, Consumer<SnapDevice> whenClosed)
            throws IOException {
        this.config = config;
        this.number = number;
        this.tag = tag;
        this.endpoint = endpoint;
        this.whenClosed = whenClosed;
        latency = config.cpuLatency().isPresent()
                ? CpuLatency.hold(config.cpuLatency().get())
                : null;
    }

    SnapConfig config() {
        return config;
    }

    /** What it is opened through. */
    OpenProvider provider() {
        return provider;
    }

    String tag() {
        return tag;
    }

    DriverArch driverArch() {
        return endpoint.driverArch();
    }

    /** The provider has it open: makes its queues on the group's lane. */
    void open(Dpu owner, OpenProvider opened, Group itsGroup, FunctionInfo info) {
        dpu = owner;
        provider = opened;
        group = itsGroup;
        endpoint.openFlagsAreOf(
                switch (info.guestArch()) {
                    case FunctionInfo.X86_64 -> DriverArch.X86_64;
                    case FunctionInfo.AARCH64 -> DriverArch.AARCH64;
                    default -> DriverArch.OWN;
                });
        var most = Math.min(orAny(info.requestBytesMax()), orAny(info.replyBytesMax()));
        endpoint.messagesHaveAtMost(most);
        var entries = info.queueSize() == 0 ? config.queueSize() : info.queueSize();
        queues = new SnapQueueChannel[1 + Math.max(1, info.requestQueues())];
        for (int i = 0; i < queues.length; i++) {
            queues[i] = new SnapQueueChannel(group, i, address(), entries, counters, log);
            endpoint.assemble(queues[i]);
            group.lane().eventLoop().register(queues[i]).syncUninterruptibly();
        }
        group.add(number, queues);
        LOG.info("{}: {}, {} request queues of {}", address(), info.function(), queues.length - 1, entries);
    }

    /** A provider that does not tell has no limit of its own. */
    private static long orAny(long bytes) {
        return bytes == 0 ? Long.MAX_VALUE : bytes;
    }

    /** Something has happened; returns soon. */
    void event(int type, int generation, int code, long first, long second) {
        switch (type) {
            case READY -> {
                counters.count(Counter.CONNECTIONS);
                say("is ready: features " + Long.toHexString(first) + ", " + second + " queues");
            }
            case RESET_BEGIN -> afterOthers("is reset by its host", () -> reset(generation));
            case FLR_BEGIN -> afterOthers("is reset by its host, as a PCI function", () -> reset(generation));
            case DOWN -> afterOthers("has lost its driver", () -> down(generation));
            case STOPPED -> stopped.complete(null);
            case HOTPLUG_STATE -> say("hotplug state " + first);
            case VIRTUAL_FUNCTIONS -> say(first + " virtual functions");
            case ERROR -> failed("has an error", code);
            case PLUG_REQUEST_DONE -> {
                if (code < 0) {
                    failed("cannot be plugged", code);
                }
            }
            default -> say("event " + type + " is unknown");
        }
    }

    private void say(String what) {
        if (log.take()) {
            LOG.info("{}: {}", address(), what);
        }
    }

    private void failed(String what, int code) {
        counters.count(Counter.QUEUES_BROKEN);
        if (log.take()) {
            LOG.error("{} {}: {}", address(), what, DynamicLinker.describe(-code));
        }
    }

    /** One after another, each on a thread of its own: they wait. */
    private synchronized void afterOthers(String what, Runnable ends) {
        say(what);
        resets = resets.thenRunAsync(ends, Thread.ofPlatform().daemon().name("reset of " + address())::start)
                .exceptionally(e -> {
                    LOG.error("{}: a reset failed", address(), e);
                    return null;
                });
    }

    /** The host waits for the end of what its reset ends. */
    private void reset(int generation) {
        endSession(CompletableFuture.supplyAsync(() -> endQueues(generation), group.lane())
                .join());
        if (abandoned) {
            return;
        }
        var result = provider.resetDone(number, generation);
        if (result < 0) {
            LOG.debug("{}: nobody waits for the end of its reset: {}", address(), DynamicLinker.describe(-result));
        }
    }

    /** Nobody waits: the next generation may have come before the news, and its INIT has ended the session then. */
    private void down(int generation) {
        var underWay = CompletableFuture.supplyAsync(
                        () -> group.generationOf(number) == generation ? endQueues(generation) : null, group.lane())
                .join();
        if (underWay != null) {
            endSession(underWay);
        }
    }

    private CompletableFuture<Void> endQueues(int generation) {
        return CompletableFuture.allOf(
                Arrays.stream(queues).map(queue -> queue.end(generation)).toArray(CompletableFuture[]::new));
    }

    private void endSession(CompletableFuture<Void> underWay) {
        try {
            underWay.get(RESET_LIMIT.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            LOG.warn("{}: the end of its session waits for {} requests that do not end", address(), inFlight());
            eachOnLane(SnapQueueChannel::holdNoLonger);
        } catch (Exception e) {
            throw new CompletionException(e);
        }
        endpoint.reset();
        underWay.join();
        if (!abandoned) {
            eachOnLane(SnapQueueChannel::begin).join();
        }
    }

    private CompletableFuture<Void> eachOnLane(Consumer<SnapQueueChannel> call) {
        return onLane(queue -> {
            call.accept(queue);
            return CompletableFuture.completedFuture(null);
        });
    }

    private CompletableFuture<Void> onLane(Function<SnapQueueChannel, CompletableFuture<Void>> call) {
        return CompletableFuture.supplyAsync(
                        () -> CompletableFuture.allOf(
                                Arrays.stream(queues).map(call).toArray(CompletableFuture[]::new)),
                        group.lane())
                .thenCompose(all -> all);
    }

    /** As it was a moment ago, from any thread. */
    private int inFlight() {
        return Arrays.stream(queues).mapToInt(SnapQueueChannel::inFlight).sum();
    }

    /** The provider gives nothing any more. */
    void broken(int errno) {
        failed("is served no longer", -errno);
        stopped.complete(null);
        ended.complete(null);
    }

    /** Completes when the provider has stopped it. */
    CompletableFuture<Void> stopped() {
        return stopped;
    }

    @Override
    public CompletionStage<Void> ended() {
        return ended;
    }

    @Override
    public String address() {
        return config.address();
    }

    @Override
    public Optional<Counters> counters() {
        return Optional.of(counters);
    }

    @Override
    public void tell(ProviderCounts hears) {
        if (provider != null) {
            var counts = provider.counts(group.number());
            if (counts.length > 0) {
                hears.counted(provider.toString(), group.number(), counts);
            }
        }
    }

    @Override
    public CompletionStage<Void> drain(Duration limit) {
        if (dpu == null) {
            return CompletableFuture.completedFuture(null);
        }
        dpu.stop();
        return stopped.thenCompose(done -> onLane(SnapQueueChannel::idle))
                .orTimeout(limit.toNanos(), TimeUnit.NANOSECONDS)
                .handle((done, failure) -> {
                    if (failure != null) {
                        LOG.warn(
                                "{} has not stopped within {} ms, with {} requests under way: a host that has it mounted "
                                        + "waits for answers until it is served again, and may have to be restarted. "
                                        + "Unmount it there first",
                                address(),
                                limit.toMillis(),
                                inFlight());
                    }
                    return null;
                });
    }

    /** Ends what is under way, and the queues; true when nothing of ours refers to the provider's memory any more. */
    boolean end() {
        if (group == null) {
            return true;
        }
        try {
            onLane(SnapQueueChannel::end).get(RESET_LIMIT.toNanos(), TimeUnit.NANOSECONDS);
        } catch (Exception e) {
            LOG.debug("{}: not all requests have ended", address(), e);
        }
        var left = inFlight();
        abandoned = left > 0;
        var closed = true;
        for (var queue : queues) {
            closed &= queue.close().awaitUninterruptibly(LANE_LIMIT.toMillis()) && !queue.isOpen();
        }
        if (left > 0) {
            LOG.warn("{} ends without waiting longer for {} requests", address(), left);
        }
        try {
            // Their wait has ended with the queues'.
            resets().get(RESET_LIMIT.toNanos(), TimeUnit.NANOSECONDS);
        } catch (Exception e) {
            LOG.warn("{}: a reset has not ended", address(), e);
            closed = false;
        }
        return closed && left == 0;
    }

    /** Completes when what has ended sessions so far is over. */
    synchronized CompletableFuture<Void> resets() {
        return resets;
    }

    /** Ends all devices of its provider: they stop together. Must not be called on a lane. */
    @Override
    public void close() {
        if (dpu != null) {
            dpu.close();
        } else {
            whenClosed.accept(this);
        }
        if (latency != null) {
            latency.close();
        }
        ended.complete(null);
    }
}
