package org.dpfs4j.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.dpfs4j.fs.Tenant;
import org.dpfs4j.io.Line;
import org.dpfs4j.io.Owner;
import org.dpfs4j.io.Source;
import org.dpfs4j.tck.Client;
import org.dpfs4j.wire.ClientArch;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.Protocol;
import org.junit.jupiter.api.Test;

/** Calls that may wait for another machine are left to workers: when it has all that it gets, they are not made. */
class RemoteTest {
    private static final long ROOT = Protocol.ROOT_ID;
    private static final Owner NOBODY = cause -> {};

    /** Lets calls of others have all threads that the file system gets, until the latch is counted down. */
    private static CountDownLatch occupyWorkers(Ground.Site site) throws InterruptedException {
        var begun = new CountDownLatch(Source.THREADS_MAX);
        var end = new CountDownLatch(1);
        var lane = site.lanes.lane(0);
        for (int i = 0; i < Source.THREADS_MAX; i++) {
            var line = new Line(site.volume().source());
            lane.execute(() -> lane.call(line, NOBODY, worker -> waitFor(begun, end), (result, owner) -> {}));
        }
        begun.await();
        return end;
    }

    private static int waitFor(CountDownLatch begun, CountDownLatch end) {
        begun.countDown();
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }

    @Test
    void aFileIsNotClosedOnALane() throws Exception {
        try (var site = Ground.REMOTE.open()) {
            Files.writeString(site.path("a"), "x");
            var node = site.client.lookup(ROOT, "a").ok().nodeId();
            var opened = site.client.open(node, OpenFlags.RDWR).ok();
            var end = occupyWorkers(site);

            site.client.release(opened).ok();

            assertThat(Descriptors.open(site.path("a"))).hasSize(1);
            end.countDown();
            site.client.getattr(node).ok();
            while (!Descriptors.open(site.path("a")).isEmpty()) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void aMovedCapabilityIsNotLookedForOnALane() throws Exception {
        var moved = Ground.Settings.access(Map.of("xattrmap", ":map:security.capability:user.guest.:"));
        try (var site = Ground.REMOTE.open(moved)) {
            var file = site.client.create(ROOT, "a", 0600).ok().opened();
            var end = occupyWorkers(site);
            var written = CompletableFuture.supplyAsync(
                    () -> site.client.write(file, 0, new byte[1]).ok());

            assertThatThrownBy(() -> written.get(200, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            end.countDown();
            assertThat(written.get()).isEqualTo(1);
        }
    }

    @Test
    void aTreeThatDoesNotAnswerStopsNoOtherDevice() throws Exception {
        try (var site = Ground.REMOTE.open();
                var other = Ground.REMOTE.backend(site.root, Ground.Settings.DEFAULT)) {
            var end = occupyWorkers(site);
            other.start(site.lanes).toCompletableFuture().join();
            try (var share = other.open(new Tenant("other", ClientArch.own(), -1L))
                            .toCompletableFuture()
                            .join();
                    var client = new Client(site.lanes.lane(0), share, share.features())) {
                client.getattr(client.create(ROOT, "a", 0600).ok().nodeId()).ok();
                assertThat(site.lanes.workers().busy()).isGreaterThanOrEqualTo(Source.THREADS_MAX);
            }
            end.countDown();
        }
    }
}
