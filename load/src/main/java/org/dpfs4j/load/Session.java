package org.dpfs4j.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.HdrHistogram.Histogram;
import org.dpfs4j.client.DriverRing;
import org.dpfs4j.client.FuseClient;
import org.dpfs4j.client.Seen;
import org.dpfs4j.client.VhostUserFrontEnd;
import org.dpfs4j.client.VhostUserFrontEnd.Shape;
import org.dpfs4j.wire.OpenFlags;

/**
 * A connection to one server, with a lane for each request queue and a directory in its share. Whatever a {@link CaseFailure} ends is
 * of no more use than to be closed. One thread; lanes have their own while they run.
 */
final class Session implements AutoCloseable {
    private static final long SEED = 20_261_121;
    private static final long RAM_FOR_CLIENT = 32L << 20;
    private static final int DESCRIPTOR = 16;

    private final VhostUserFrontEnd device;
    private final String server;
    private final long pid;
    private final FuseClient client;
    private final Tree tree;
    private final Forgets forgets;
    private final List<Lane> lanes = new ArrayList<>();
    private final List<Pool> pools = new ArrayList<>();
    private final List<LookupCounts> counts = new ArrayList<>();

    /**
     * How to connect.
     *
     * @param queues request queues
     * @param entries of each ring
     * @param packed whether rings are packed
     * @param fileBytes of each file that is read or written
     * @param directory name of the directory in the share
     */
    record Setup(int queues, int entries, boolean packed, long fileBytes, String directory) {
        private long features() {
            var features = DriverRing.VERSION_1 | DriverRing.INDIRECT_DESC | DriverRing.EVENT_IDX;
            return packed ? features | DriverRing.RING_PACKED : features;
        }
    }

    /**
     * Connects, mounts and makes the directory.
     *
     * @param server a short name for the server, part of names in the share
     * @param serverPid whose use is counted; below 1 for the process that listens
     * @param largest the cases to come
     */
    Session(Path socket, Setup setup, String server, long serverPid, List<Case> largest) throws CaseFailure {
        this.server = server;
        var poolBytes = largest.stream().mapToLong(Session::poolBytes).max().orElse(0);
        var tables = (long) DESCRIPTOR * setup.entries() * setup.entries() * (setup.queues() + 1);
        var ram = RAM_FOR_CLIENT + tables + poolBytes * setup.queues() + Pool.PAGE - 1 & -Pool.PAGE;
        try {
            device = VhostUserFrontEnd.started(
                    socket,
                    new Shape(
                            VhostUserFrontEnd.Manner.QEMU, setup.queues() + 1, setup.entries(), setup.features(), ram));
        } catch (IOException e) {
            throw new CaseFailure("no connection to " + socket + ": " + e.getMessage(), e);
        }
        try {
            pid = serverPid > 0 ? serverPid : device.socket().peerPid();
            client = FuseClient.mount(device, device.queue(1), FuseClient.LINUX_6);
            client.actAs((int) own("unix:uid"), (int) own("unix:gid"));
            tree = new Tree(client, setup.directory(), setup.fileBytes());
            forgets = new Forgets(device);
            for (int i = 0; i < setup.queues(); i++) {
                lanes.add(new Lane(device, device.queue(i + 1)));
                pools.add(new Pool(device.ram(), poolBytes));
                counts.add(new LookupCounts());
            }
        } catch (IOException e) {
            device.close();
            throw new CaseFailure("the server could not be mounted: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            device.close();
            throw e;
        }
    }

    private static long own(String attribute) {
        try {
            return ((Number) Files.getAttribute(Path.of("/proc/self"), attribute)).longValue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Guest memory that the requests of a lane need, with much to spare. */
    private static long poolBytes(Case some) {
        var data = Math.max(some.blockBytes(), Pool.PAGE);
        var images = 16L;
        var table = (long) DESCRIPTOR * (data / Pool.PAGE + 8);
        return (some.depth() + 4L) * (data + images * (table + 1024)) + (1L << 20) + Pool.PAGE - 1 & -Pool.PAGE;
    }

    /** The process whose use is counted; below 1 when it is not known. */
    long pid() {
        return pid;
    }

    /**
     * Measures one round of a case.
     *
     * @param warmUp not measured
     * @param time measured
     */
    Measured run(Case which, Duration warmUp, Duration time) throws CaseFailure {
        try {
            return measure(which, warmUp, time);
        } catch (IOException e) {
            throw new CaseFailure(e.getMessage(), e);
        }
    }

    private Measured measure(Case which, Duration warmUp, Duration time) throws CaseFailure, IOException {
        if (which.blockBytes() > client.transferBytes()) {
            throw new CaseFailure("the server takes at most " + client.transferBytes() + " bytes at once");
        }
        var rounds = new ArrayList<Round>();
        for (int i = 0; i < lanes.size(); i++) {
            var round = new Round(stage(which, i), which);
            round.prove();
            rounds.add(round);
        }
        stretch(rounds, which, warmUp);
        cleanUp(rounds);
        lanes.forEach(Lane::clear);
        var use = Optional.of(new ServerUse(0, 0, 0));
        long nanos = 0;
        while (nanos < time.toNanos()) {
            var before = ServerUse.of(pid);
            nanos += stretch(rounds, which, time.minusNanos(nanos));
            var after = ServerUse.of(pid);
            use = before.isEmpty() || after.isEmpty()
                    ? Optional.empty()
                    : use.map(sum -> sum.plus(after.get().since(before.get())));
            var measured = sum(nanos, use);
            cleanUp(rounds);
            if (nanos >= time.toNanos()) {
                release(rounds);
                return measured;
            }
        }
        throw new IllegalArgumentException("no time to measure: " + time);
    }

    private static void cleanUp(List<Round> rounds) throws CaseFailure {
        for (var round : rounds) {
            round.cleanUp();
        }
    }

    private Stage stage(Case which, int lane) throws IOException {
        pools.get(lane).reset();
        Seen.Opened reading = null;
        Seen.Opened writing = null;
        if (which.workload().usesFiles()) {
            var flags = OpenFlags.RDWR | (which.direct() ? OpenFlags.DIRECT : 0);
            reading = client.open(tree.read(lane), flags);
            writing = client.open(tree.written(lane), flags);
        }
        return new Stage(
                lanes.get(lane),
                pools.get(lane),
                tree,
                forgets,
                counts.get(lane),
                tree.work(server, lane),
                reading,
                writing,
                new Random(SEED + lane));
    }

    private void release(List<Round> rounds) throws IOException, CaseFailure {
        for (var round : rounds) {
            var stage = round.stage();
            if (stage.reading() != null) {
                client.release(stage.reading());
                client.release(stage.writing());
            }
            stage.counts().drain(forgets::forget);
        }
        forgets.await();
    }

    /** Lets all lanes run; returns how long they took. */
    private long stretch(List<Round> rounds, Case which, Duration time) throws CaseFailure {
        var manner =
                new Lane.Manner(time.toNanos(), which.sleeping(), which.think().toNanos(), true);
        var start = System.nanoTime();
        try (var threads = Executors.newThreadPerTaskExecutor(
                Thread.ofPlatform().name("load-", 1).factory())) {
            var running = new ArrayList<Future<?>>();
            for (var round : rounds) {
                running.add(threads.submit(() -> {
                    round.stage().lane().run(manner);
                    return null;
                }));
            }
            for (var lane : running) {
                lane.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CaseFailure("interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CaseFailure failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
        return System.nanoTime() - start;
    }

    private Measured sum(long nanos, Optional<ServerUse> use) {
        var all = new Histogram(lanes.getFirst().latencies());
        long operations = 0;
        long requests = 0;
        for (var lane : lanes) {
            all.add(lane.latencies());
            operations += lane.operations();
            requests += lane.requests();
        }
        return new Measured(
                operations,
                requests,
                nanos,
                all,
                use.map(sum -> new Measured.Use(sum.cpuNanos(), sum.voluntarySwitches(), sum.involuntarySwitches())));
    }

    /** Removes the directory from the share. */
    void removeTree() throws CaseFailure {
        try {
            tree.remove();
        } catch (IOException e) {
            throw new CaseFailure("the directory " + tree.name() + " is left in the share: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        lanes.forEach(Lane::close);
        forgets.close();
        device.close();
    }
}
