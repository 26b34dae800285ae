package org.dpfs4j.uring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Random;
import org.dpfs4j.client.Seen;
import org.dpfs4j.tck.Pending;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.FallocateMode;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.Whence;
import org.junit.jupiter.api.Test;

/** Reading and writing. */
class DataTest extends SiteTest {
    private static final int LARGE = 1 << 20;

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static byte[] random(int length) {
        var bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private Seen.Opened file(String name, String content, int flags) throws Exception {
        Files.writeString(site.path(name), content);
        return client.open(client.lookup(ROOT, name).ok().nodeId(), flags).ok();
    }

    @Test
    void whatIsWrittenIsRead() throws Exception {
        var file = client.create(ROOT, "a", 0644).ok().opened();

        assertThat(client.write(file, 3, bytes("hello")).ok()).isEqualTo(5);

        assertThat(client.read(file, 0, 100).ok()).isEqualTo(bytes("\0\0\0hello"));
        assertThat(client.read(file, 4, 2).ok()).isEqualTo(bytes("el"));
        assertThat(client.read(file, 8, 100).ok()).isEmpty();
        assertThat(client.read(file, 1L << 40, 100).ok()).isEmpty();
        assertThat(client.getattr(file).ok().sizeBytes()).isEqualTo(8);
        assertThat(Files.readAllBytes(site.path("a"))).isEqualTo(bytes("\0\0\0hello"));
    }

    @Test
    void largeTransfersAreWhole() throws Exception {
        var data = random(LARGE + 12345);
        var file = client.create(ROOT, "a", 0644).ok().opened();

        assertThat(client.write(file, 0, Arrays.copyOf(data, LARGE)).ok()).isEqualTo(LARGE);
        assertThat(client.write(file, LARGE, Arrays.copyOfRange(data, LARGE, data.length))
                        .ok())
                .isEqualTo(data.length - LARGE);

        assertThat(Files.readAllBytes(site.path("a"))).isEqualTo(data);
        assertThat(client.read(file, 0, LARGE).ok()).isEqualTo(Arrays.copyOf(data, LARGE));
        assertThat(client.read(file, LARGE, LARGE).ok()).isEqualTo(Arrays.copyOfRange(data, LARGE, data.length));
    }

    @Test
    void whatIsNotInThePageCacheIsReadWhole() throws Exception {
        var data = random(3 * LARGE + 77);
        Files.write(site.path("a"), data);
        PageCache.drop(site.path("a"));
        var file = client.open(client.lookup(ROOT, "a").ok().nodeId(), OpenFlags.RDONLY)
                .ok();

        var all = new ArrayList<Pending<byte[]>>();
        for (int offset = 0; offset < data.length; offset += LARGE) {
            all.add(client.startRead(file, offset, LARGE));
        }

        for (int i = 0; i < all.size(); i++) {
            var end = Math.min(data.length, (i + 1) * LARGE);
            assertThat(all.get(i).await().ok()).isEqualTo(Arrays.copyOfRange(data, i * LARGE, end));
        }
    }

    @Test
    void aReadThatIsCachedInPartIsWhole() throws Exception {
        var data = random(256 << 10);
        Files.write(site.path("a"), data);
        PageCache.drop(site.path("a"));
        try (var host = Files.newByteChannel(site.path("a"))) {
            host.read(ByteBuffer.allocate(4096));
        }
        var file = client.open(client.lookup(ROOT, "a").ok().nodeId(), OpenFlags.RDONLY)
                .ok();

        assertThat(client.read(file, 0, data.length).ok()).isEqualTo(data);
    }

    @Test
    void offsetsBeyondEverythingAreRefused() throws Exception {
        var file = file("a", "x", OpenFlags.RDWR);

        client.read(file, -1, 10).fails(Errno.EINVAL);
        client.write(file, -1, bytes("x")).fails(Errno.EINVAL);
        client.read(file, Long.MAX_VALUE, 10).fails(Errno.EINVAL, Errno.EOVERFLOW);
        client.write(file, Long.MAX_VALUE, bytes("x")).fails(Errno.EFBIG, Errno.EINVAL);
    }

    @Test
    void appendsOfTwoLanesGoToTheEndEachInOnePiece() throws Exception {
        var file = client.create(ROOT, "log", 0644, OpenFlags.WRONLY | OpenFlags.CREAT | OpenFlags.APPEND)
                .ok()
                .opened();
        var lines = 200;
        var all = new ArrayList<Pending<Long>>();
        for (int i = 0; i < lines; i++) {
            all.add(client.startAppend(file, bytes("a".repeat(999) + "\n")));
            all.add(site.other.startAppend(file, bytes("b".repeat(999) + "\n")));
        }
        for (var one : all) {
            assertThat(one.await().ok()).isEqualTo(1000);
        }

        var content = Files.readAllLines(site.path("log"));
        assertThat(content).hasSize(2 * lines);
        assertThat(content).allMatch(line -> line.equals("a".repeat(999)) || line.equals("b".repeat(999)));
    }

    @Test
    void aPageWrittenBackGoesToItsOffsetThoughTheFileWasOpenedForAppending() throws Exception {
        var file = file("a", "0123456789", OpenFlags.RDWR | OpenFlags.APPEND);

        client.write(file, 2, bytes("xx")).ok();

        assertThat(Files.readString(site.path("a"))).isEqualTo("01xx456789");
    }

    /** All in one turn of the lane, so that the read is prepared and not submitted when its file is closed. */
    @Test
    void synchronousWritesArrive() throws Exception {
        var file = file("a", "content", OpenFlags.RDWR | OpenFlags.SYNC);

        assertThat(client.write(file, 0, bytes("C")).ok()).isEqualTo(1);
        client.fsync(file, false).ok();
        client.fsync(file, true).ok();
        client.flush(file).ok();
        client.fsyncdir(client.opendir(ROOT).ok(), false).ok();

        assertThat(Files.readString(site.path("a"))).isEqualTo("Content");
    }

    @Test
    void holesAndDataAreFound() throws Exception {
        var file = file("a", "", OpenFlags.RDWR);
        client.write(file, LARGE, bytes("x")).ok();
        client.fsync(file, false).ok();

        assertThat(client.lseek(file, 0, Whence.HOLE).ok()).isZero();
        assertThat(client.lseek(file, 0, Whence.DATA).ok()).isEqualTo(LARGE);
        client.lseek(file, 2 * LARGE, Whence.DATA).fails(Errno.ENXIO);
        client.lseek(file, 0, Whence.END).fails(Errno.EINVAL);
        client.lseek(file, -1, Whence.DATA).fails(Errno.ENXIO, Errno.EINVAL);
    }

    @Test
    void storageIsReservedAndPunched() throws Exception {
        var file = file("a", "content", OpenFlags.RDWR);

        client.fallocate(file, 0, LARGE, 0).ok();
        assertThat(client.getattr(file).ok().sizeBytes()).isEqualTo(LARGE);
        client.fallocate(file, 0, 4096, FallocateMode.PUNCH_HOLE | FallocateMode.KEEP_SIZE)
                .ok();
        assertThat(client.read(file, 0, 7).ok()).isEqualTo(new byte[7]);
        client.fallocate(file, -1, 10, 0).fails(Errno.EINVAL);
    }

    @Test
    void manyTransfersAtOnceAreNotMixedUp() throws Exception {
        var file = client.create(ROOT, "a", 0644).ok().opened();
        var random = new Random(7);
        var blocks = 64;
        for (var size : new int[] {512, 4096, 70_000, 200_000}) {
            var writes = new ArrayList<Pending<Long>>();
            for (int i = 0; i < blocks; i++) {
                var on = random.nextBoolean() ? client : site.other;
                writes.add(on.startWrite(file, (long) i * size, filled(i, size)));
            }
            for (var write : writes) {
                assertThat(write.await().ok()).isEqualTo(size);
            }
            PageCache.drop(site.path("a"));
            var reads = new ArrayList<Pending<byte[]>>();
            for (int i = 0; i < blocks; i++) {
                var on = random.nextBoolean() ? client : site.other;
                reads.add(on.startRead(file, (long) i * size, size));
            }
            for (int i = 0; i < blocks; i++) {
                assertThat(reads.get(i).await().ok()).isEqualTo(filled(i, size));
            }
        }
    }

    private static byte[] filled(int block, int size) {
        var bytes = new byte[size];
        Arrays.fill(bytes, (byte) (block + size));
        return bytes;
    }
}
