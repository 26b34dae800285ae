package org.dpfs4j.vhostuser;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.dpfs4j.io.Fd;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.metrics.Counter;
import org.dpfs4j.metrics.Counters;
import org.dpfs4j.metrics.LogBudget;
import org.dpfs4j.transport.DeviceEndpoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * One front end from its connection to its end: the vhost-user control protocol. Runs on the device's control thread;
 * every message is done when it is answered, so that what a front end does next finds it done.
 */
final class Connection {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    private static final long ACK = 0;
    private static final long NACK = 1;
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

    /** What all connections of a device share: what they may write to the log, too, as front ends come as often as they like. */
    record Setting(
            VhostUserConfig config,
            ByteBuffer configSpace,
            DeviceEndpoint endpoint,
            Supplier<List<VhostUserQueueChannel>> queues,
            GuestFiles files,
            Counters counters,
            LogBudget log,
            Syscalls syscalls) {}

    private final Setting setting;
    private final ControlSocket socket;
    private final MessageReader reader;
    private final MessageDecoder decoder;
    private final AtomicBoolean truncated = new AtomicBoolean();
    private volatile List<Vring> vrings = List.of();
    private long features;
    private int status;
    private GuestMemory memory;
    private Fd backendChannel;
    private boolean answered;
    private boolean refused;

    Connection(Setting setting, ControlSocket socket) {
        this.setting = setting;
        this.socket = socket;
        reader = new MessageReader(socket);
        decoder = new MessageDecoder(setting.config());
    }

    /** Serves the front end until it is gone, misbehaves or we are to end; leaves nothing behind. */
    void serve() {
        try {
            while (!truncated.get() && reader.next()) {
                if (vrings.isEmpty()) {
                    vrings = setting.queues().get().stream().map(Vring::new).toList();
                }
                handle();
            }
        } catch (BadMessage e) {
            setting.counters().count(Counter.MESSAGES_REFUSED);
            if (setting.log().take()) {
                LOG.warn("{}: the front end is sent away: {}", address(), e.getMessage());
            }
        } catch (IOException e) {
            if (setting.log().take()) {
                LOG.warn("{}: the connection ends: {}", address(), e.getMessage());
            }
        } catch (RuntimeException e) {
            if (setting.log().take()) {
                LOG.error("{}: the connection ends", address(), e);
            }
        } finally {
            end();
        }
    }

    private String address() {
        return setting.config().address();
    }

    private void handle() throws IOException, BadMessage {
        answered = false;
        // Whoever asks is answered, negotiated or not yet: User-mode Linux asks with the very message that negotiates
        // it.
        var wanted = reader.isAnswerWanted();
        try {
            var message = decoder.decode(reader.request(), reader.payload(), reader.fds());
            LOG.debug("{}: {}", address(), message);
            apply(message);
        } catch (BadMessage e) {
            if (!wanted) {
                throw e;
            }
            refused(e);
            reader.answer(NACK);
            return;
        }
        if (wanted && !answered) {
            reader.answer(ACK);
        }
    }

    /** One line for each front end is enough. */
    private void refused(BadMessage why) {
        setting.counters().count(Counter.MESSAGES_REFUSED);
        LOG.atLevel(refused || !setting.log().take() ? Level.DEBUG : Level.WARN)
                .log("{}: message {} is refused: {}", address(), reader.request(), why.getMessage());
        refused = true;
    }

    private void apply(Message message) throws IOException, BadMessage {
        switch (message) {
            case Message.GetFeatures() -> answer(Features.device(setting.config()));
            case Message.SetFeatures(long bits) -> setFeatures(bits);
            case Message.SetOwner() -> {}
            // Deprecated: back ends are to ignore it.
            case Message.ResetOwner() -> {}
            case Message.SetMemTable(var places, var files) -> setMemory(places, files);
            case Message.SetVringNum(int queue, int entries) ->
                vrings.get(queue).entries(entries);
            case Message.SetVringAddr(int queue, var addresses) -> setAddresses(queue, addresses);
            case Message.SetVringBase(int queue, int base) -> stopped(queue).base(base);
            case Message.GetVringBase(int queue) -> getBase(queue);
            case Message.SetVringKick(int queue, Fd kick) -> setKick(queue, kick);
            case Message.SetVringCall(int queue, Fd call) ->
                vrings.get(queue).call(FdKinds.nonBlocking(setting.syscalls(), call));
            case Message.SetVringErr(int queue, Fd error) -> close(error);
            case Message.GetProtocolFeatures() -> answer(Features.protocol(setting.config()));
            case Message.SetProtocolFeatures(long bits) -> setProtocolFeatures(bits);
            case Message.GetQueueNum() -> answer(setting.config().queues());
            case Message.SetVringEnable(int queue, boolean enabled) ->
                vrings.get(queue).enable(enabled);
            case Message.SetBackendReqFd(Fd channel) -> setBackendChannel(channel);
            case Message.GetConfig(int offset, int size) -> getConfig(offset, size);
            case Message.SetConfig() -> LOG.debug("{}: a write to the configuration space is ignored", address());
            case Message.ResetDevice() -> resetDevice();
            case Message.GetMaxMemSlots() -> answer(MessageDecoder.REGIONS);
            case Message.AddMemReg(GuestPlace place, Fd file) -> addRegion(place, file);
            case Message.RemMemReg(GuestPlace place) -> removeRegion(place);
            case Message.SetStatus(int newStatus) -> setStatus(newStatus);
            case Message.GetStatus() -> answer(status);
        }
    }

    private void answer(long value) throws IOException {
        answered = true;
        reader.answer(value);
    }

    private void setFeatures(long bits) throws BadMessage {
        if ((bits & ~Features.device(setting.config())) != 0) {
            throw new BadMessage("features that were not offered: 0x" + Long.toHexString(bits));
        }
        features = bits;
        if ((bits & Features.PROTOCOL_FEATURES) == 0) {
            for (var vring : vrings) {
                vring.enable(true);
            }
        }
    }

    private void setProtocolFeatures(long bits) throws BadMessage {
        if ((bits & ~Features.protocol(setting.config())) != 0) {
            throw new BadMessage("protocol features that were not offered: 0x" + Long.toHexString(bits));
        }
    }

    private void setMemory(List<GuestPlace> places, List<Fd> files) throws BadMessage {
        var regions = new ArrayList<GuestRegion>();
        try {
            for (int i = 0; i < places.size(); i++) {
                regions.add(map(places.get(i), files.get(i)));
            }
            replaceMemory(new GuestMemory(regions));
        } catch (BadMessage e) {
            regions.forEach(region -> region.release(setting.syscalls()));
            files.subList(regions.size(), files.size()).forEach(Fd::close);
            throw e;
        }
    }

    private GuestRegion map(GuestPlace place, Fd file) throws BadMessage {
        return new GuestRegion(setting.syscalls(), place, file, setting.files(), this::truncated);
    }

    private void addRegion(GuestPlace place, Fd file) throws BadMessage {
        GuestRegion region = null;
        try {
            if (memory != null && memory.regionCount() >= MessageDecoder.REGIONS) {
                throw new BadMessage("more than " + MessageDecoder.REGIONS + " memory regions");
            }
            region = map(place, file);
            replaceMemory(memory == null ? new GuestMemory(List.of(region)) : memory.with(region));
        } catch (BadMessage e) {
            if (region != null) {
                region.release(setting.syscalls());
            } else {
                file.close();
            }
            throw e;
        }
    }

    private void removeRegion(GuestPlace place) throws BadMessage {
        if (memory == null) {
            throw new BadMessage("there is no memory region to remove");
        }
        replaceMemory(memory.without(place));
    }

    /** Swaps the map; requests in flight keep the old one, and nobody waits for them. */
    private void replaceMemory(GuestMemory newMemory) {
        var old = memory;
        memory = newMemory;
        var moves = vrings.stream().map(vring -> vring.move(newMemory)).toList();
        try {
            Vring.finish(moves);
            for (var vring : vrings) {
                vring.startWhenReady(newMemory, features);
            }
        } catch (BadMessage e) {
            if (setting.log().take()) {
                LOG.warn("{}: {}", address(), e.getMessage());
            }
        }
        if (old != null) {
            old.release(setting.syscalls());
        }
    }

    private void setAddresses(int queue, VringAddresses addresses) throws BadMessage {
        vrings.get(queue).addresses(addresses, memory);
        start(queue);
    }

    private void setKick(int queue, Fd kick) throws BadMessage {
        vrings.get(queue).kick(FdKinds.nonBlocking(setting.syscalls(), kick));
        start(queue);
    }

    private void start(int queue) throws BadMessage {
        if (!vrings.get(queue).startWhenReady(memory, features)) {
            setting.counters().count(Counter.QUEUES_BROKEN);
            if (setting.log().take()) {
                LOG.warn("{} queue {}: its ring is not in guest memory, or not aligned", address(), queue);
            }
        }
    }

    private void getBase(int queue) throws IOException, BadMessage {
        var vring = vrings.get(queue);
        stop(vring);
        answered = true;
        reader.answer(queue, vring.base());
    }

    /** A ring that is set up anew has ended before: User-mode Linux says nothing else when its driver is bound again. */
    private Vring stopped(int queue) throws BadMessage {
        var vring = vrings.get(queue);
        if (vring.isRunning()) {
            stop(vring);
        }
        return vring;
    }

    private void stop(Vring vring) throws BadMessage {
        vring.stopped(Vring.finish(List.of(vring.stop(false)), stopLimit()).getFirst());
    }

    private Duration stopLimit() {
        return setting.config().stopLimit();
    }

    private void getConfig(int offset, int size) throws IOException, BadMessage {
        if (!setting.config().configSpace()) {
            throw new BadMessage("the configuration space was not offered");
        }
        answered = true;
        reader.answerConfig(setting.configSpace(), offset, size);
    }

    private void setBackendChannel(Fd channel) {
        close(backendChannel);
        backendChannel = channel;
    }

    private static void close(Fd fd) {
        if (fd != null) {
            fd.close();
        }
    }

    private void resetDevice() throws BadMessage {
        stopQueues(true);
        status = 0;
        for (var vring : vrings) {
            vring.forget();
            vring.enable((features & Features.PROTOCOL_FEATURES) == 0);
        }
        resetEndpoint();
    }

    /**
     * Status 0 stops the rings and nothing else: QEMU writes it whenever a machine is paused, and the guest's session
     * lives on afterwards.
     */
    private void setStatus(int newStatus) throws BadMessage {
        status = newStatus;
        if (newStatus == 0) {
            stopQueues(false);
        }
    }

    private void stopQueues(boolean discard) throws BadMessage {
        var stops = vrings.stream().map(vring -> vring.stop(discard)).toList();
        var bases = Vring.finish(stops, stopLimit());
        for (int i = 0; i < bases.size(); i++) {
            vrings.get(i).stopped(bases.get(i));
        }
    }

    /** A memory file is shorter than its region: the device ends here. From any thread. */
    private void truncated(Syscalls syscalls) {
        if (truncated.compareAndSet(false, true)) {
            if (setting.log().take()) {
                LOG.error("{}: the front end has truncated its guest's memory; its device ends", address());
            }
            vrings.forEach(vring -> vring.channel().lane().execute(vring.channel()::breakOff));
            socket.shutDown(syscalls);
        }
    }

    /** Stops popping; completes when nothing is in flight. From any thread. */
    CompletableFuture<Void> drain() {
        return CompletableFuture.allOf(vrings.stream()
                .map(Vring::channel)
                .map(channel -> CompletableFuture.supplyAsync(channel::drain, channel.lane())
                        .thenCompose(drained -> drained))
                .toArray(CompletableFuture[]::new));
    }

    private void end() {
        try {
            stopQueues(true);
        } catch (BadMessage | RuntimeException e) {
            if (setting.log().take()) {
                LOG.error("{}: rings do not stop: {}", address(), e.getMessage());
            }
        }
        for (var vring : vrings) {
            vring.channel().close().awaitUninterruptibly(CLOSE_LIMIT.toMillis());
        }
        if (!vrings.isEmpty()) {
            resetEndpoint();
        }
        close(backendChannel);
        if (memory != null) {
            memory.release(setting.syscalls());
        }
        reader.close();
        socket.close();
    }

    private void resetEndpoint() {
        try {
            setting.endpoint().reset();
        } catch (RuntimeException e) {
            if (setting.log().take()) {
                LOG.error("{}: the end of its session failed", address(), e);
            }
        }
    }
}
