package org.dpfs4j.tck;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Random;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.InitFlags;
import org.dpfs4j.wire.OpenFlags;
import org.junit.jupiter.api.Test;

/** The bytes of files. */
public interface DataRules extends Rules {
    @Test
    default void whatWasWrittenIsRead() {
        var file = file("a", "hello, world").opened();
        assertThat(client().read(file, 7, 5).ok()).isEqualTo("world".getBytes(UTF_8));
        client().write(file, 5, "!!".getBytes(UTF_8)).ok();
        assertThat(content(file)).isEqualTo("hello!!world");
        assertThat(client().getattr(file.nodeId()).ok().sizeBytes()).isEqualTo(12);
    }

    @Test
    default void aReadIsShortOnlyAtTheEndOfTheFile() {
        var file = file("a", "12345").opened();
        assertThat(client().read(file, 3, 100).ok()).isEqualTo("45".getBytes(UTF_8));
        assertThat(client().read(file, 5, 100).ok()).isEmpty();
        assertThat(client().read(file, 6, 100).ok()).isEmpty();
        assertThat(client().read(file, 1L << 40, 100).ok()).isEmpty();
        assertThat(client().read(file, 0, 5).ok()).hasSize(5);
    }

    @Test
    default void aMebibyteMakesTheRoundTripAtAnyOffset() {
        var bytes = new byte[1 << 20];
        new Random(1).nextBytes(bytes);
        var file = file("a", "").opened();
        for (long offset : new long[] {0, 1, 4095, 4097}) {
            assertThat(client().write(file, offset, bytes).ok()).isEqualTo(bytes.length);
            assertThat(client().read(file, offset, bytes.length).ok()).isEqualTo(bytes);
        }
    }

    @Test
    default void whatWasNeverWrittenIsZeros() {
        var file = file("a", "").opened();
        client().write(file, 100_000, new byte[] {7}).ok();
        assertThat(client().read(file, 0, 100_000).ok()).containsOnly(0).hasSize(100_000);
        assertThat(client().read(file, 100_000, 10).ok()).isEqualTo(new byte[] {7});
    }

    @Test
    default void aFileThatIsCutAndGrowsAgainHasZerosThere() {
        var file = file("a", "secret and more").opened();
        assertThat(client().truncate(file.nodeId(), 6).ok().sizeBytes()).isEqualTo(6);
        assertThat(content(file)).isEqualTo("secret");
        assertThat(client().truncate(file.nodeId(), 9).ok().sizeBytes()).isEqualTo(9);
        assertThat(content(file)).isEqualTo("secret\0\0\0");
    }

    @Test
    default void appendingWritesAtTheEndWhateverTheOffset() {
        var made = file("a", "start");
        var appending = client().open(made.nodeId(), OpenFlags.WRONLY | OpenFlags.APPEND)
                .ok();
        client().startAppend(appending, " end".getBytes(UTF_8)).await().ok();
        assertThat(content(made.opened())).isEqualTo("start end");
    }

    @Test
    default void openingWithTruncationEmptiesTheFile() {
        var made = file("a", "old");
        if ((fixture().negotiated() & InitFlags.ATOMIC_O_TRUNC) == 0) {
            return; // the guest sends SETATTR instead
        }
        client().open(made.nodeId(), OpenFlags.WRONLY | OpenFlags.TRUNC).ok();
        assertThat(client().getattr(made.nodeId()).ok().sizeBytes()).isZero();
    }

    @Test
    default void anOpenFileIsReadableWithoutAName() {
        var file = file("a", "unlinked").opened();
        client().unlink(ROOT, "a").ok();
        assertThat(content(file)).isEqualTo("unlinked");
        client().write(file, 0, "UN".getBytes(UTF_8)).ok();
        assertThat(content(file)).isEqualTo("UNlinked");
        client().release(file).ok();
    }

    @Test
    default void allHandlesOfAFileSeeTheSameBytes() {
        var made = file("a", "one");
        var other = client().open(made.nodeId(), OpenFlags.RDWR).ok();
        assertThat(other.handle()).isNotEqualTo(made.opened().handle());
        client().write(other, 0, "two".getBytes(UTF_8)).ok();
        assertThat(content(made.opened())).isEqualTo("two");
        client().release(made.opened()).ok();
        assertThat(content(other)).isEqualTo("two");
    }

    @Test
    default void aDirectoryIsNoFile() {
        var directory = client().mkdir(ROOT, "d", 0755).ok().nodeId();
        client().open(directory, OpenFlags.RDWR).fails(Errno.EISDIR);
        client().truncate(directory, 0).fails(Errno.EISDIR, Errno.EINVAL);
    }

    @Test
    default void requestsInFlightTogetherGetTheirOwnBytes() {
        var file = file("a", "").opened();
        var writes = new ArrayList<Pending<Long>>();
        for (int i = 0; i < 64; i++) {
            writes.add(client().startWrite(file, i * 4096L, ("block " + i + " ").getBytes(UTF_8)));
        }
        writes.forEach(write -> write.await().ok());
        var reads = new ArrayList<Pending<byte[]>>();
        for (int i = 0; i < 64; i++) {
            reads.add(client().startRead(file, i * 4096L, 9));
        }
        for (int i = 0; i < 64; i++) {
            assertThat(new String(reads.get(i).await().ok(), UTF_8)).startsWith("block " + i + " ");
        }
    }

    @Test
    default void aCancelledReadIsStillAnsweredOnce() {
        var file = file("a", "x".repeat(4096)).opened();
        var reads = new ArrayList<Pending<byte[]>>();
        for (int i = 0; i < 64; i++) {
            var read = client().startRead(file, 0, 4096);
            read.cancel();
            reads.add(read);
        }
        for (var read : reads) {
            var answer = read.await();
            if (answer.isOk()) {
                assertThat(answer.value()).containsOnly('x').hasSize(4096);
            } else {
                answer.fails(Errno.EINTR, Errno.ECANCELED);
            }
        }
        assertThat(content(file)).hasSize(4096);
    }

    @Test
    default void aFileReleasedWithReadsUnderWayGivesNoOthersBytes() {
        for (int round = 0; round < 20; round++) {
            var mine = file("mine" + round, "m".repeat(4096)).opened();
            var read = client().startRead(mine, 0, 4096);
            client().release(mine).ok();
            var other = file("other" + round, "o".repeat(4096)).opened();
            var answer = read.await();
            if (answer.isOk()) {
                assertThat(answer.value()).containsOnly('m');
            }
            client().release(other).ok();
        }
    }

    @Test
    default void syncingAnOpenFileSucceeds() {
        var file = file("a", "durable").opened();
        var full = client().fsync(file, false);
        assertThat(full.isOk() || full.error() == Errno.ENOSYS).isTrue();
        var data = client().fsync(file, true);
        assertThat(data.isOk() || data.error() == Errno.ENOSYS).isTrue();
    }

    @Test
    default void allocationExtendsTheFileUnlessItKeepsTheSize() {
        var file = file("a", "abc").opened();
        var answer = client().fallocate(file, 0, 10_000, 1);
        if (answer.error() == Errno.ENOSYS || answer.error() == Errno.EOPNOTSUPP) {
            return; // the guest goes on without it
        }
        answer.ok();
        assertThat(client().getattr(file.nodeId()).ok().sizeBytes()).isEqualTo(3);
        client().fallocate(file, 0, 10_000, 0).ok();
        assertThat(client().getattr(file.nodeId()).ok().sizeBytes()).isEqualTo(10_000);
        client().fallocate(file, -1, 10, 0).fails(Errno.EINVAL, Errno.EFBIG);
        client().fallocate(file, Long.MAX_VALUE, Long.MAX_VALUE, 0).fails(Errno.EINVAL, Errno.EFBIG);
    }

    @Test
    default void seekingPastTheEndIsAnError() {
        var file = file("a", "data").opened();
        var data = client().lseek(file, 1, 3);
        if (data.error() == Errno.ENOSYS) {
            return; // the guest takes everything for data
        }
        assertThat(data.ok()).isEqualTo(1);
        assertThat(client().lseek(file, 1, 4).ok()).isEqualTo(4);
        client().lseek(file, 100, 3).fails(Errno.ENXIO);
        client().lseek(file, 0, 77).fails(Errno.EINVAL);
    }

    @Test
    default void aRangeIsCopiedFromFileToFile() {
        var from = file("a", "0123456789").opened();
        var to = file("b", "").opened();
        var answer = client().copyFileRange(from, 2, to, 1, 5);
        if (answer.error() == Errno.ENOSYS || answer.error() == Errno.EOPNOTSUPP || answer.error() == Errno.EXDEV) {
            return; // the guest copies itself
        }
        assertThat(answer.ok()).isEqualTo(5);
        assertThat(content(to)).isEqualTo("\00023456");
        client().copyFileRange(from, -1, to, 0, 5).fails(Errno.EINVAL, Errno.EFBIG, Errno.EOVERFLOW);
    }
}
