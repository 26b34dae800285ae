package org.dpfs4j.fuse;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.dpfs4j.fs.Backend;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.metrics.Gauge;
import org.dpfs4j.metrics.OpTimes;
import org.dpfs4j.transport.DeviceEndpoint;
import org.dpfs4j.transport.DriverArch;
import org.dpfs4j.transport.QueueChannel;
import org.dpfs4j.transport.QueueState;
import org.dpfs4j.wire.ClientArch;

/**
 * The FUSE side of one device: its session, and the pipeline on each of its queues.
 *
 * <pre>
 * QueueChannel ─► FuseEncoder (passes) ─► FuseDecoder ─► RequestRouter ─► BackendHandler ─► FileSystem
 *      ▲                                                                                       │
 *      └── push, notify ◄── FuseEncoder ◄───────────────── write(slot) ◄── answer ◄────────────┘
 * </pre>
 */
public final class FuseDevice implements DeviceEndpoint, AutoCloseable {
    /** Mounts of a device at most: a node id has eight bits for them. */
    public static final int MOUNTS = 255;

    private static final String ROOT = "/";

    /** The operations by name, and what is none of them. */
    private static final List<String> OPERATIONS = Stream.concat(
                    Arrays.stream(Operation.values()).map(each -> each.name().toLowerCase(Locale.ROOT)),
                    Stream.of("unknown"))
            .toList();

    private final Session session;
    private final Waits waits = new Waits();

    /** Kept when a connection ends: the next one's queues go on counting. */
    private final Map<Place, OpTimes> times = new ConcurrentHashMap<>();

    private final Map<Integer, QueueChannel> queues = new ConcurrentHashMap<>();

    /** Who counts: a queue on a lane. */
    private record Place(int queue, int lane) {}

    /**
     * A device.
     *
     * @param tag what the guest mounts, for the log
     * @param clientArch the guest's ABI
     * @param mounts backends by path: {@code /}, or {@code /} and one name each; at least one, at most {@link #MOUNTS}
     */
    public FuseDevice(String tag, ClientArch clientArch, Map<String, Backend> mounts, Lanes lanes) {
        if (mounts.isEmpty() || mounts.size() > MOUNTS) {
            throw new IllegalArgumentException("a device has 1 to " + MOUNTS + " mounts: " + mounts.size());
        }
        session = new Session(tag, clientArch, rootFirst(mounts), lanes);
    }

    private static Map<String, Backend> rootFirst(Map<String, Backend> mounts) {
        var ordered = new LinkedHashMap<String, Backend>();
        var others = mounts.keySet().stream().filter(path -> !path.equals(ROOT)).toList();
        var names = others.stream().map(path -> path.substring(1)).toList();
        ordered.put(ROOT, mounts.containsKey(ROOT) ? mounts.get(ROOT) : new SyntheticRoot(names));
        others.forEach(path -> ordered.put(path, mounts.get(path)));
        return ordered;
    }

    @Override
    public void assemble(QueueChannel queue) {
        var index = queue.queueIndex();
        var place = new Place(index, queue.lane().index());
        var stopwatch =
                new Stopwatch(times.computeIfAbsent(place, first -> new OpTimes(OPERATIONS)), FuseEncoder.NOTIFY_EVERY);
        queues.put(index, queue);
        queue.closeFuture().addListener(closed -> queues.remove(index, queue));
        queue.pipeline()
                .addLast(new FuseEncoder(stopwatch))
                .addLast(new FuseDecoder(session, stopwatch, waits))
                .addLast(new RequestRouter(session, waits))
                .addLast(new BackendHandler());
    }

    /** Tells what the lanes have counted since the start, by the queue's index; one queue may be told several times. */
    public void times(BiConsumer<Integer, OpTimes> reader) {
        times.forEach((place, counted) -> reader.accept(place.queue, counted));
    }

    /** Tells what each queue that is connected is doing, by its index. */
    public void queues(BiConsumer<Integer, QueueState> reader) {
        queues.forEach((index, queue) -> reader.accept(index, queue.state()));
    }

    /** Whether a guest has mounted it. */
    public boolean isMounted() {
        return session.mounted() != null;
    }

    /** What the guest's shares hold, by the path of their mount; empty without a guest. */
    public Map<String, Map<Gauge, Long>> gauges() {
        var mounted = session.mounted();
        var shown = new LinkedHashMap<String, Map<Gauge, Long>>();
        if (mounted != null) {
            for (var mount : mounted.mounts()) {
                var values = new EnumMap<Gauge, Long>(Gauge.class);
                mount.share().tell(values::put);
                shown.put(mount.path(), values);
            }
        }
        return shown;
    }

    @Override
    public DriverArch driverArch() {
        return session.clientArch() == ClientArch.X86_64 ? DriverArch.X86_64 : DriverArch.AARCH64;
    }

    @Override
    public void openFlagsAreOf(DriverArch arch) {
        session.clientArch(
                switch (arch) {
                    case OWN -> ClientArch.own();
                    case X86_64 -> ClientArch.X86_64;
                    case AARCH64 -> ClientArch.AARCH64;
                });
    }

    @Override
    public void messagesHaveAtMost(long bytes) {
        session.messagesHaveAtMost(bytes);
    }

    @Override
    public void reset() {
        session.end();
    }

    /** Ends the session; the device's queues are closed before. */
    @Override
    public void close() {
        session.end();
    }
}
