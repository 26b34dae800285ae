package org.dpfs4j.vhostuser;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.dpfs4j.io.EventFd;
import org.dpfs4j.io.Fd;
import org.dpfs4j.io.Lane;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.memory.Limits;
import org.dpfs4j.metrics.Counter;
import org.dpfs4j.metrics.Counters;
import org.dpfs4j.metrics.LogBudget;
import org.dpfs4j.transport.Device;
import org.dpfs4j.transport.DeviceEndpoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A virtio-fs device at a socket: one front end at a time, served by a control thread of its own; the next one waits in
 * the socket's backlog. Queues are bound to lanes for the device's life.
 */
public final class VhostUserDevice implements Device {
    private static final Logger LOG = LoggerFactory.getLogger(VhostUserDevice.class);
    private static final Duration REGISTER_LIMIT = Duration.ofSeconds(10);

    private final VhostUserConfig config;
    private final DeviceEndpoint endpoint;
    private final GuestFiles files;
    private final Counters counters = new Counters();
    private final LogBudget log = new LogBudget();
    private final List<Lane> lanes;
    private final Connection.Setting setting;

    /** The control thread's. */
    private final Syscalls syscalls = new Syscalls();

    private final ListeningSocket listening;
    private final Fd wake;
    private final Thread thread;
    private volatile Connection connection;
    private volatile boolean draining;
    private volatile boolean closing;

    private VhostUserDevice(VhostUserConfig config, String tag, DeviceEndpoint endpoint, Lanes lanes, GuestFiles files)
            throws IOException {
        this.config = config;
        this.endpoint = endpoint;
        this.files = files;
        this.lanes = choose(lanes, config.requestQueues());
        setting = new Connection.Setting(
                config,
                configSpace(tag, config.requestQueues()),
                endpoint,
                this::openQueues,
                files,
                counters,
                log,
                syscalls);
        wake = EventFd.open(syscalls);
        try {
            listening = ListeningSocket.open(syscalls, config);
        } catch (IOException e) {
            wake.close();
            syscalls.close();
            throw e;
        }
        thread =
                Thread.ofPlatform().daemon().name("control " + config.address()).unstarted(this::control);
    }

    /** Listens; see {@link org.dpfs4j.transport.Transport#open}. */
    static VhostUserDevice open(
            VhostUserConfig config, String tag, DeviceEndpoint endpoint, Lanes lanes, GuestFiles files)
            throws IOException {
        var device = new VhostUserDevice(config, tag, endpoint, lanes, files);
        device.thread.start();
        return device;
    }

    /**
     * Request queues in turn; hiprio with the first of them: what a guest forgets comes while it works, and costs a lane that is
     * awake nothing, another one a wake-up.
     */
    private static List<Lane> choose(Lanes lanes, int requestQueues) {
        var chosen = new ArrayList<Lane>();
        for (int i = 0; i < requestQueues; i++) {
            chosen.add(lanes.next());
        }
        chosen.addFirst(chosen.getFirst());
        return List.copyOf(chosen);
    }

    /** {@code struct virtio_fs_config}: tag, number of request queues, notification buffer size 0; zeroes behind it. */
    private static ByteBuffer configSpace(String tag, int requestQueues) {
        var bytes = tag.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0 || bytes.length > Limits.TAG_BYTES) {
            throw new IllegalArgumentException(
                    "tag has " + bytes.length + " bytes, and must have from 1 to " + Limits.TAG_BYTES + ": " + tag);
        }
        return ByteBuffer.allocate(MessageDecoder.CONFIG_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(bytes)
                .putInt(Limits.TAG_BYTES, requestQueues);
    }

    private void control() {
        try {
            for (var socket = listening.accept(wake); socket.isPresent(); socket = listening.accept(wake)) {
                counters.count(Counter.CONNECTIONS);
                connection = new Connection(setting, new ControlSocket(syscalls, socket.get(), wake));
                connection.serve();
                connection = null;
            }
        } catch (IOException e) {
            LOG.error("{} listens no longer: {}", config.address(), e.getMessage());
        } catch (Throwable e) {
            LOG.error("{} listens no longer", config.address(), e);
        } finally {
            listening.close();
            wake.close();
            syscalls.close();
        }
    }

    private List<VhostUserQueueChannel> openQueues() {
        var queues = new ArrayList<VhostUserQueueChannel>();
        try {
            for (int i = 0; i < lanes.size(); i++) {
                queues.add(openQueue(i));
            }
            return queues;
        } catch (RuntimeException e) {
            queues.forEach(VhostUserQueueChannel::close);
            throw e;
        }
    }

    private VhostUserQueueChannel openQueue(int index) {
        var queue = new VhostUserQueueChannel(
                lanes.get(index), index, config.address(), config.stopLimit(), files, counters, log);
        endpoint.assemble(queue);
        queue.lane().eventLoop().register(queue).awaitUninterruptibly(REGISTER_LIMIT.toMillis());
        if (draining) {
            queue.lane().execute(queue::drain);
        }
        return queue;
    }

    @Override
    public Optional<Counters> counters() {
        return Optional.of(counters);
    }

    @Override
    public String address() {
        return config.address();
    }

    @Override
    public CompletionStage<Void> drain(Duration limit) {
        draining = true;
        var current = connection;
        if (current == null) {
            return CompletableFuture.completedFuture(null);
        }
        return current.drain().completeOnTimeout(null, limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Must not be called on a lane: it waits for the lanes. */
    @Override
    public void close() {
        if (closing) {
            return;
        }
        closing = true;
        var own = new Syscalls();
        EventFd.signal(own, wake);
        own.close();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
