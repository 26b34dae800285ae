package org.dpfs4j.uring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.dpfs4j.fs.Tenant;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.tck.Client;
import org.dpfs4j.wire.ClientArch;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.InitFlags;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.Protocol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** More files than descriptors, and what happens at the limits. Longer than other files; why: the rules share one ground. */
@ParameterizedClass
@EnumSource(names = {"DISK", "MEMORY"})
class BudgetTest {
    private static final boolean ALL = Boolean.getBoolean("dpfs4j.all");
    private static final long ROOT = Protocol.ROOT_ID;
    private static final int PER_DIRECTORY = 1000;

    @Parameter
    Ground ground;

    private Ground.Site site;

    private Client open(int descriptors) {
        return open(new BudgetConfig(4_000_000, 100_000, descriptors, FileHandles.PREFER));
    }

    private Client open(BudgetConfig budget) {
        site = ground.open(config -> config.with(budget));
        assumeThat(budget.inodeFileHandles() == FileHandles.NEVER
                        || (site.share.features() & InitFlags.EXPORT_SUPPORT) != 0)
                .as("opening by handle, which needs CAP_DAC_READ_SEARCH")
                .isTrue();
        return site.client;
    }

    @AfterEach
    void close() throws Exception {
        site.close();
    }

    private Nodes nodes() {
        return ((UringShare) site.share).nodes();
    }

    private Path file(String name) throws IOException {
        return Files.writeString(site.path(name), name);
    }

    private long node(String name) throws IOException {
        file(name);
        return site.client.lookup(ROOT, name).ok().nodeId();
    }

    /** Lets the hand go round often enough that nothing is left that could be given up. */
    private void press(int descriptors) throws IOException {
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < descriptors + 1; i++) {
                node("other-" + i);
            }
        }
    }

    private static String content(Client client, long node) {
        var handle = client.open(node, OpenFlags.RDONLY).ok();
        var bytes = client.read(handle, 0, 100).ok();
        client.release(handle).ok();
        return new String(bytes, UTF_8);
    }

    @Test
    void manyFilesLiveOnFewDescriptors() throws IOException {
        var many = ALL && ground == Ground.MEMORY;
        var count = many ? 1_000_000 : 20_000;
        var descriptors = many ? 4096 : 256;
        var client = open(descriptors);
        var ids = new long[count];
        for (int d = 0; d < count / PER_DIRECTORY; d++) {
            Files.createDirectory(site.path("d" + d));
            var directory = client.lookup(ROOT, "d" + d).ok().nodeId();
            for (int i = 0; i < PER_DIRECTORY; i++) {
                file("d" + d + "/" + i);
                ids[d * PER_DIRECTORY + i] =
                        client.lookup(directory, Integer.toString(i)).ok().nodeId();
            }
        }

        assertThat(nodes().known()).isEqualTo(count + count / PER_DIRECTORY);
        assertThat(nodes().cached()).isEqualTo(descriptors);
        assertThat(nodes().pinned()).isZero();
        var random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            var which = random.nextInt(count);
            assertThat(content(client, ids[which]))
                    .isEqualTo("d" + which / PER_DIRECTORY + "/" + which % PER_DIRECTORY);
        }
        assertThat(nodes().cached()).isLessThanOrEqualTo(descriptors);
        assertThat(nodes().misses()).isGreaterThan(10_000);
        System.out.printf(
                ">> %,d files, %,d descriptors: %,d opened again, %,d given up, %.1f native bytes a node, heap %d MiB%n",
                count,
                nodes().cached(),
                nodes().misses(),
                nodes().evictions(),
                (double) nodes().bytes() / count,
                heapMebibytes());
    }

    private static long heapMebibytes() {
        System.gc();
        return (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) >> 20;
    }

    @Test
    void whatIsNeededIsNotOpenedAgain() throws IOException {
        var client = open(64);
        var hot = node("hot");
        for (int i = 0; i < 1000; i++) {
            node("cold-" + i);
            assertThat(client.getattr(hot).isOk()).isTrue();
        }
        assertThat(nodes().misses()).isZero();
        assertThat(nodes().evictions()).isGreaterThan(900);
    }

    @Test
    void givingUpUnderLoadNeverShowsAnotherFile() throws IOException {
        open(8);
        var ids = new ArrayList<Long>();
        for (int i = 0; i < 64; i++) {
            ids.add(node("f" + i));
        }
        var here = CompletableFuture.runAsync(() -> readAll(site.client, ids, 1));
        var there = CompletableFuture.runAsync(() -> readAll(site.other, ids, 2));
        here.join();
        there.join();
        assertThat(nodes().misses()).isGreaterThan(1000);
        assertThat(nodes().cached()).isLessThanOrEqualTo(8);
    }

    private static void readAll(Client client, List<Long> ids, int seed) {
        var random = new Random(seed);
        for (int i = 0; i < 3000; i++) {
            var which = random.nextInt(ids.size());
            assertThat(content(client, ids.get(which))).isEqualTo("f" + which);
            if (client.getattr(ids.get(which)).ok().sizeBytes() != ("f" + which).length()) {
                throw new AssertionError("attributes of another file than f" + which);
            }
        }
    }

    @Test
    void aRemovedFileThatIsOpenStaysWhateverElseIsNeeded() throws IOException {
        var client = open(16);
        var node = node("gone");
        var handle = client.open(node, OpenFlags.RDWR).ok();
        press(16);
        Files.delete(site.path("gone"));
        press(16);

        assertThat(client.getattr(node).ok().linkCount()).isZero();
        assertThat(content(client, node)).isEqualTo("gone");
        client.truncate(node, 2).ok();
        assertThat(new String(client.read(handle, 0, 100).ok(), UTF_8)).isEqualTo("go");
        client.release(handle).ok();
        client.forget(node, 1);
        client.getattr(node).fails(Errno.ESTALE);
    }

    @Test
    void aRemovedFileThatIsKnownStaysIfItIsAtHand() throws IOException {
        var client = open(16);
        var node = node("gone");
        client.unlink(ROOT, "gone").ok();
        press(16);

        assertThat(content(client, node)).isEqualTo("gone");
        assertThat(nodes().pinned()).isEqualTo(1);
        client.forget(node, 1);
        assertThat(nodes().pinned()).isZero();
    }

    @Test
    void removedFilesAreKeptWithinTheBudget() throws IOException {
        var client = open(16);
        for (int i = 0; i < 100; i++) {
            node("gone-" + i);
            client.unlink(ROOT, "gone-" + i).ok();
        }
        assertThat(nodes().pinned()).isLessThanOrEqualTo(16);
        assertThat(nodes().cached()).isLessThanOrEqualTo(16);
        assertThat(content(client, node("after"))).isEqualTo("after");
    }

    @Test
    void theHostMayRenameWhatHasNoDescriptor() throws IOException {
        var client = open(16);
        var node = node("a");
        press(16);
        Files.move(site.path("a"), site.path("b"));
        Files.writeString(site.path("a"), "another");

        assertThat(content(client, node)).isEqualTo("a");
        assertThat(client.lookup(ROOT, "b").ok().nodeId()).isEqualTo(node);
        var another = client.lookup(ROOT, "a").ok().nodeId();
        assertThat(another).isNotEqualTo(node);
        assertThat(content(client, another)).isEqualTo("another");
    }

    @Test
    void aFileThatIsGoneIsStaleAndItsInodeNumberIsAnothers() throws IOException {
        var client = open(16);
        var node = node("a");
        press(16);
        Files.delete(site.path("a"));
        client.getattr(node).fails(Errno.ESTALE);
        for (int i = 0; i < 50; i++) {
            // On a disk the inode number is given again at once.
            file("a" + i);
            assertThat(client.lookup(ROOT, "a" + i).ok().nodeId()).isNotEqualTo(node);
            assertThat(content(client, client.lookup(ROOT, "a" + i).ok().nodeId()))
                    .isEqualTo("a" + i);
        }
        client.getattr(node).fails(Errno.ESTALE);
    }

    @Test
    void releaseOnAnotherQueueNeverLetsAReadSeeAnotherFile() throws IOException {
        open(8);
        var ids = new ArrayList<Long>();
        for (int i = 0; i < 32; i++) {
            ids.add(node("f" + i));
        }
        var last = new AtomicReference<>(
                site.client.open(ids.get(0), OpenFlags.RDONLY).ok());
        for (int i = 1; i < 2000; i++) {
            var which = i % ids.size();
            var before = (which + ids.size() - 1) % ids.size();
            var handle = last.get();
            var gone = CompletableFuture.runAsync(() -> {
                site.other.release(handle).ok();
                last.set(site.other.open(ids.get(which), OpenFlags.RDONLY).ok());
            });
            var seen = site.client.read(handle, 0, 100);
            gone.join();
            if (seen.isOk()) {
                assertThat(new String(seen.ok(), UTF_8)).isEqualTo("f" + before);
            } else {
                seen.fails(Errno.EBADF);
            }
        }
    }

    @Test
    void aShareThatIsClosedUnderLoadLeavesNothingOpen() throws IOException {
        open(8);
        for (int i = 0; i < 32; i++) {
            file("f" + i);
        }
        for (var handles : FileHandles.values()) {
            var limits = new BudgetConfig(1000, 1000, 8, handles);
            var backend = ground.backend(site.root, config -> config.with(limits));
            backend.start(site.lanes).toCompletableFuture().join();
            var before = descriptors();
            for (int round = 0; round < 60; round++) {
                closeUnderLoad(backend);
            }
            await().untilAsserted(() -> assertThat(descriptors()).isEqualTo(before));
            backend.close();
        }
    }

    private void closeUnderLoad(UringBackend backend) {
        var share = backend.open(new Tenant("t", ClientArch.own(), -1))
                .toCompletableFuture()
                .join();
        var begun = new CountDownLatch(2);
        var lanes = new ArrayList<CompletableFuture<Void>>();
        for (int lane = 0; lane < 2; lane++) {
            var client = new Client(site.lanes.lane(lane), share, share.features());
            lanes.add(CompletableFuture.runAsync(() -> useUntilClosed(client, begun)));
        }
        try {
            begun.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        share.close();
        lanes.forEach(CompletableFuture::join);
    }

    private static void useUntilClosed(Client client, CountDownLatch begun) {
        for (int i = 0; i < 1_000_000; i++) {
            if (i == 20) {
                begun.countDown();
            }
            var found = client.lookup(ROOT, "f" + i % 32);
            if (!found.isOk()) {
                // Without handles eight files are the limit.
                found.fails(Errno.ESTALE, Errno.ENFILE);
                if (!client.getattr(ROOT).isOk()) {
                    begun.countDown();
                    client.close();
                    return;
                }
                continue;
            }
            var opened = client.open(found.ok().nodeId(), OpenFlags.RDONLY);
            if (opened.isOk()) {
                client.release(opened.ok());
            }
            client.forget(found.ok().nodeId(), 1);
        }
        throw new AssertionError("never closed");
    }

    private long descriptors() throws IOException {
        var below = 0;
        for (var each : Path.of("/proc/self/fd").toFile().list()) {
            below += leadsBelow(Path.of("/proc/self/fd", each), site.root) ? 1 : 0;
        }
        return below;
    }

    private static boolean leadsBelow(Path descriptor, Path root) {
        try {
            return Files.readSymbolicLink(descriptor).startsWith(root);
        } catch (IOException closed) {
            return false;
        }
    }

    @Test
    void withoutHandlesTheBudgetIsTheLimit() throws IOException {
        var client = open(new BudgetConfig(1000, 1000, 20, FileHandles.NEVER));
        assertThat(site.share.features() & InitFlags.EXPORT_SUPPORT).isZero();
        var known = new ArrayList<Long>();
        for (int i = 0; i < 20; i++) {
            known.add(node("f" + i));
        }
        file("one-more");
        client.lookup(ROOT, "one-more").fails(Errno.ENFILE);
        client.mkdir(ROOT, "dir", 0755).fails(Errno.ENFILE);
        assertThat(site.path("dir")).doesNotExist();
        assertThat(client.lookup(ROOT, "f3").ok().nodeId()).isEqualTo(known.get(3));

        client.forget(known.get(5), 1);
        assertThat(client.lookup(ROOT, "one-more").isOk()).isTrue();
        for (int i = 0; i < 20; i++) {
            if (i != 5) {
                assertThat(content(client, known.get(i))).isEqualTo("f" + i);
            }
        }
    }

    @Test
    void aGreedyDeviceLeavesAnotherItsShare() throws IOException {
        open(new BudgetConfig(10_000, 10_000, 1000, FileHandles.PREFER));
        var budget = new DescriptorBudget(600);
        var backend = new UringBackend(
                UringConfig.of(site.root).with(new BudgetConfig(10_000, 10_000, 1000, FileHandles.PREFER)),
                new Volumes(Volume::new),
                budget);
        for (int i = 0; i < 300; i++) {
            file("f" + i);
        }
        try (var lanes = new Lanes(2, IoMode.AUTO)) {
            backend.start(lanes).toCompletableFuture().join();
            var tenant = new Tenant("t", ClientArch.own(), -1);
            try (var one = backend.open(tenant).toCompletableFuture().join()) {
                var greedy = new Client(lanes.lane(0), one, one.features());
                var taken = take(greedy);
                assertThat(((UringShare) one).nodes().cached()).isLessThanOrEqualTo(150);
                try (var two = backend.open(tenant).toCompletableFuture().join()) {
                    assertThat(((UringShare) one).nodes().cached()).isLessThanOrEqualTo(75);
                    var modest = new Client(lanes.lane(1), two, two.features());
                    assertThat(take(modest)).isGreaterThanOrEqualTo(taken / 2 - 1);
                    modest.close();
                }
                greedy.close();
            }
            backend.close();
        }
    }

    /** Looks up everything, and opens one file until it is refused. */
    private static int take(Client client) {
        var node = 0L;
        for (int i = 0; i < 300; i++) {
            node = client.lookup(ROOT, "f" + i).ok().nodeId();
        }
        var opened = 0;
        while (true) {
            var answer = client.open(node, OpenFlags.RDONLY);
            if (!answer.isOk()) {
                answer.fails(Errno.ENFILE);
                return opened;
            }
            opened++;
        }
    }
}
