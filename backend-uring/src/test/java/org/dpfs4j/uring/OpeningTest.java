package org.dpfs4j.uring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.dpfs4j.client.Seen;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.OpenFlags;
import org.junit.jupiter.api.Test;

/** Opening and closing files, and what is under way meanwhile. */
class OpeningTest extends SiteTest {
    private static final int LARGE = 1 << 20;

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private Seen.Opened file(String name, String content, int flags) throws Exception {
        Files.writeString(site.path(name), content);
        return client.open(client.lookup(ROOT, name).ok().nodeId(), flags).ok();
    }

    @Test
    void forgedHandlesAreRefused() throws Exception {
        var file = file("a", "x", OpenFlags.RDWR);
        var directory = client.opendir(ROOT).ok();
        for (var handle : new long[] {0, -1, file.handle() + 1, file.handle() + (1L << 32), Long.MAX_VALUE}) {
            var forged = Seen.Opened.forged(file.nodeId(), handle);
            if (handle != directory.handle()) {
                client.readdir(forged, 0, 4096).fails(Errno.EBADF);
                client.releasedir(forged).fails(Errno.EBADF);
            }
            client.read(forged, 0, 10).fails(Errno.EBADF);
            client.write(forged, 0, bytes("x")).fails(Errno.EBADF);
            client.fsync(forged, false).fails(Errno.EBADF);
            client.getattr(forged).fails(Errno.EBADF);
            client.flush(forged).fails(Errno.EBADF);
        }
        client.read(directory, 0, 10).fails(Errno.EBADF);
        client.readdir(file, 0, 4096).fails(Errno.EBADF);
        client.fsyncdir(file, false).fails(Errno.EBADF);
    }

    @Test
    void aReleasedHandleMeansNothingAnyMore() throws Exception {
        var file = file("a", "x", OpenFlags.RDONLY);
        client.release(file).ok();

        var again = client.open(file.nodeId(), OpenFlags.RDONLY).ok();

        assertThat(again.handle()).isNotEqualTo(file.handle());
        client.read(file, 0, 10).fails(Errno.EBADF);
        client.release(file).fails(Errno.EBADF);
    }

    @Test
    void theAccessModeOfTheHandleCounts() throws Exception {
        var reader = file("a", "content", OpenFlags.RDONLY);
        var writer = client.open(reader.nodeId(), OpenFlags.WRONLY).ok();

        client.write(reader, 0, bytes("x")).fails(Errno.EBADF);
        client.read(writer, 0, 10).fails(Errno.EBADF);
        client.open(reader.nodeId(), 3).fails(Errno.EINVAL);
        client.open(reader.nodeId(), OpenFlags.PATH).fails(Errno.EINVAL);
    }

    @Test
    void openingForTruncationEmptiesTheFile() throws Exception {
        var file = file("a", "content", OpenFlags.WRONLY | OpenFlags.TRUNC);

        assertThat(client.getattr(file).ok().sizeBytes()).isZero();
        assertThat(Files.size(site.path("a"))).isZero();
    }

    @Test
    void aRemovedFileLivesAsLongAsItIsOpen() throws Exception {
        var file = file("a", "content", OpenFlags.RDWR);
        client.unlink(ROOT, "a").ok();

        assertThat(client.read(file, 0, 100).ok()).isEqualTo(bytes("content"));
        client.write(file, 0, bytes("C")).ok();
        assertThat(client.getattr(file.nodeId()).ok().linkCount()).isZero();
        client.truncate(file.nodeId(), 3).ok();
        client.forget(file.nodeId(), 1);
        client.getattr(file.nodeId()).fails(Errno.ESTALE);
        assertThat(client.read(file, 0, 100).ok()).isEqualTo(bytes("Con"));
    }

    @Test
    void theEndOfALargeRemovedFileIsTheEndOfItsDescriptors() throws Exception {
        var made = client.create(ROOT, "a", 0644).ok();
        client.write(made.opened(), 0, new byte[LARGE]).ok();
        client.write(made.opened(), LARGE, new byte[LARGE]).ok();
        client.unlink(ROOT, "a").ok();
        client.forget(made.nodeId(), 1);
        client.release(made.opened()).ok();

        var removed = site.path("a") + " (deleted)";
        await().untilAsserted(() -> {
            try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
                assertThat(descriptors.map(OpeningTest::target)).doesNotContain(removed);
            }
        });
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return "closed meanwhile";
        }
    }

    @Test
    void aNumberIsNotHandedOnWhileAReadIsUnderWay() throws Exception {
        var secret = "s".repeat(LARGE);
        Files.writeString(site.path("secret"), secret);
        var secretNode = client.lookup(ROOT, "secret").ok().nodeId();
        Files.writeString(site.path("mine"), "m".repeat(LARGE));
        var mine = client.lookup(ROOT, "mine").ok().nodeId();
        for (int round = 0; round < 50; round++) {
            PageCache.drop(site.path("mine"));
            var file = client.open(mine, OpenFlags.RDONLY).ok();
            var read = client.startRead(file, 0, LARGE);
            site.other.release(file).ok();
            var next = site.other.open(secretNode, OpenFlags.RDONLY).ok();

            var answer = read.await();
            if (answer.isOk()) {
                assertThat(answer.value()).isEqualTo(bytes("m".repeat(LARGE)));
            } else {
                answer.fails(Errno.EBADF);
            }
            site.other.release(next).ok();
        }
    }

    @Test
    void closingTheShareLeavesAReadUnderWayItsFile() throws Exception {
        Files.writeString(site.path("secret"), "s".repeat(LARGE));
        Files.writeString(site.path("mine"), "m".repeat(LARGE));
        var file = client.open(client.lookup(ROOT, "mine").ok().nodeId(), OpenFlags.RDONLY)
                .ok();
        PageCache.drop(site.path("mine"));
        var lane = site.lanes.lane(0);
        var go = new CountDownLatch(1);
        var decoys = new CompletableFuture<List<SeekableByteChannel>>();

        lane.execute(() -> Uninterrupted.await(go));
        var read = client.startRead(file, 0, LARGE);
        lane.execute(() -> {
            site.share.close();
            decoys.complete(Stream.generate(() -> Uninterrupted.open(site.path("secret")))
                    .limit(8)
                    .toList());
        });
        go.countDown();

        assertThat(read.await().ok()).isEqualTo(bytes("m".repeat(LARGE)));
        for (var decoy : decoys.join()) {
            decoy.close();
        }
        client.read(file, 0, 1).fails(Errno.EBADF);
        client.getattr(ROOT).fails(Errno.ESTALE);
    }

    @Test
    void flagsThatWouldMakeTheServerFailAreLeftOut() throws Exception {
        var file = file("a", "content", OpenFlags.RDWR | OpenFlags.NONBLOCK | OpenFlags.DIRECT | OpenFlags.ASYNC);
        PageCache.drop(site.path("a"));

        assertThat(client.read(file, 1, 3).ok()).isEqualTo(bytes("ont"));
        assertThat(client.write(file, 1, bytes("ONT")).ok()).isEqualTo(3);
    }

    /** What a task on a lane cannot do with checked exceptions. */
    private static final class Uninterrupted {
        static void await(CountDownLatch latch) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        static SeekableByteChannel open(Path path) {
            try {
                return Files.newByteChannel(path);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
