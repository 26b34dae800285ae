package org.dpfs4j.snap;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dpfs4j.io.Lanes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A provider with all devices that name its library: opened at once, each group on a lane, stopped and closed together. Called by
 * threads that may wait, never on a lane.
 */
final class Dpu {
    private static final Logger LOG = LoggerFactory.getLogger(Dpu.class);

    private static final Duration ATTACH_LIMIT = Duration.ofSeconds(10);
    private static final Duration ATTACH_PAUSE = Duration.ofMillis(10);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(2);
    private static final int EAGAIN = 11;

    private final Layout layout;
    private final List<SnapDevice> devices;
    private final OpenProvider provider;
    private final List<Group> groups = new ArrayList<>();
    private final Control control;
    private final AtomicBoolean stopping = new AtomicBoolean();
    private boolean started;
    private boolean closed;

    private Dpu(Layout layout, OpenProvider provider, List<SnapDevice> devices) {
        this.layout = layout;
        this.provider = provider;
        this.devices = devices;
        control = new Control(provider, devices, layout.whole().controlInterval());
    }

    /** Opens the provider and lets hosts in. */
    static Dpu start(Layout layout, List<SnapDevice> devices, Lanes lanes) throws ProviderException {
        var library = Provider.load(devices.getFirst().config().provider());
        LOG.info("{} is {}", library.library(), library.name());
        var dpu = new Dpu(layout, library.open(lines(layout, devices)), devices);
        try {
            dpu.begin(lanes);
            return dpu;
        } catch (ProviderException | RuntimeException e) {
            dpu.close();
            throw e;
        }
    }

    private static List<String> lines(Layout layout, List<SnapDevice> devices) {
        var whole = layout.whole();
        var lines = new ArrayList<String>();
        if (!whole.manager().isEmpty()) {
            lines.add("manager=" + whole.manager());
        }
        lines.add("groups=" + layout.groups());
        if (whole.poolMebibytes() > 0) {
            lines.add("pool_mb=" + whole.poolMebibytes());
        }
        lines.addAll(whole.lines());
        for (int i = 0; i < devices.size(); i++) {
            var device = devices.get(i);
            lines.addAll(device.config().lines(i, device.tag(), device.driverArch(), layout.groupOf(i)));
        }
        return lines;
    }

    private void begin(Lanes lanes) throws ProviderException {
        for (int number = 0; number < layout.groups(); number++) {
            groups.add(new Group(
                    provider,
                    number,
                    lanes.next(),
                    layout.idleOf(number),
                    layout.isMock(number),
                    devices.size(),
                    this::broken));
        }
        var mayBlock = false;
        for (int i = 0; i < devices.size(); i++) {
            var info = provider.info(i);
            mayBlock |= info.can(FunctionInfo.CONTROL_MAY_BLOCK);
            if (info.groups() != 0 && info.groups() < layout.groups()) {
                throw new ProviderException("the provider " + provider + " has " + info.groups()
                        + " groups, and devices are configured for " + layout.groups());
            }
            devices.get(i).open(this, provider, groups.get(layout.groupOf(i)), info);
        }
        provider.start();
        started = true;
        // Before the groups: a provider may be ready for them only when it has been asked for events.
        if (mayBlock) {
            control.begin();
        } else {
            control.begin(groups.getFirst().lane());
        }
        for (var group : groups) {
            attach(group);
        }
        groups.forEach(group -> group.lane().execute(group::begin));
    }

    /** A provider may not be ready yet (EAGAIN). */
    private void attach(Group group) throws ProviderException {
        var cpu = layout.cpuOf(group.number());
        var begin = System.nanoTime();
        var result = -EAGAIN;
        while (result == -EAGAIN) {
            result = await(group, cpu);
            if (result == -EAGAIN) {
                if (System.nanoTime() - begin > ATTACH_LIMIT.toNanos()) {
                    break;
                }
                pause();
            }
        }
        if (result < 0) {
            throw new ProviderException("the provider " + provider + " cannot attach group " + group.number()
                    + (cpu < 0 ? "" : " to processor " + cpu) + ": " + DynamicLinker.describe(-result));
        }
    }

    private static int await(Group group, int cpu) {
        return group.lane()
                .eventLoop()
                .submit(() -> group.attach(cpu))
                .syncUninterruptibly()
                .getNow();
    }

    private static void pause() {
        try {
            Thread.sleep(ATTACH_PAUSE);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** A group gives nothing any more; a provider that has lost one is not worth trusting with the others. */
    private void broken(int errno) {
        devices.forEach(device -> device.broken(errno));
    }

    /** Lets no more requests in. Devices say when they have stopped. */
    void stop() {
        if (stopping.compareAndSet(false, true)) {
            var result = provider.stop();
            if (result < 0) {
                LOG.warn("{} does not stop: {}", provider, DynamicLinker.describe(-result));
            }
        }
    }

    /** Ends everything; again is harmless. */
    synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (started) {
            stop();
            awaitStopped();
        }
        var clean = control.end();
        for (var device : devices) {
            clean &= device.end();
        }
        for (var group : groups) {
            var detach = clean;
            clean &= close(group, detach);
        }
        if (!clean) {
            LOG.warn("{} is not closed, because something still refers to its memory", provider);
            return;
        }
        var result = provider.close();
        if (result < 0) {
            LOG.warn("{} is not closed: {}", provider, DynamicLinker.describe(-result));
        }
    }

    private static boolean close(Group group, boolean detach) {
        try {
            return group.lane()
                    .eventLoop()
                    .submit(() -> group.close(detach))
                    .awaitUninterruptibly(STOP_LIMIT.toMillis());
        } catch (RejectedExecutionException e) {
            LOG.debug("{}: its lane is gone", group, e);
            return false;
        }
    }

    private void awaitStopped() {
        try {
            CompletableFuture.allOf(devices.stream().map(SnapDevice::stopped).toArray(CompletableFuture[]::new))
                    .get(STOP_LIMIT.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.debug("{} has not stopped", provider, e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
