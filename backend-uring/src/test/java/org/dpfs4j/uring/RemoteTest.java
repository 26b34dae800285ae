package org.dpfs4j.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.dpfs4j.io.Owner;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.Protocol;
import org.junit.jupiter.api.Test;

/** Calls that may wait for another machine are left to workers: when none is free, they are not made. */
class RemoteTest {
    private static final long ROOT = Protocol.ROOT_ID;
    private static final Owner NOBODY = cause -> {};

    private static CountDownLatch occupyWorkers(Ground.Site site) throws InterruptedException {
        var workers = site.lanes.workers().count();
        var begun = new CountDownLatch(workers);
        var end = new CountDownLatch(1);
        site.lanes.lane(0).execute(() -> {
            for (int i = 0; i < workers; i++) {
                site.lanes.lane(0).call(NOBODY, worker -> waitFor(begun, end), (result, owner) -> {});
            }
        });
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

    private static boolean isOpen(Path file) {
        return Arrays.stream(Path.of("/proc/self/fd").toFile().list()).anyMatch(each -> isOpen(each, file));
    }

    /** Whether a descriptor is the file's, and more than a name (O_PATH). */
    private static boolean isOpen(String descriptor, Path file) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd", descriptor)).equals(file)
                    && !Files.readString(Path.of("/proc/self/fdinfo", descriptor))
                            .contains("flags:\t01");
        } catch (IOException closed) {
            return false;
        }
    }

    @Test
    void aFileIsNotClosedOnALane() throws Exception {
        try (var site = Ground.REMOTE.open()) {
            Files.writeString(site.path("a"), "x");
            var node = site.client.lookup(ROOT, "a").ok().nodeId();
            var opened = site.client.open(node, OpenFlags.RDWR).ok();
            var end = occupyWorkers(site);

            site.client.release(opened).ok();

            assertThat(isOpen(site.path("a"))).isTrue();
            end.countDown();
            site.client.getattr(node).ok();
            while (isOpen(site.path("a"))) {
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
}
