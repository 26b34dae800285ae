package org.dpfs4j.tck.posix;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.FallocateMode;
import org.dpfs4j.wire.Mode;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.Whence;
import org.junit.jupiter.api.Test;

/** Sizes and holes: truncate, fallocate, lseek for data and holes. */
public interface SizeRules extends PosixRules {
    /** A multiple of every block size. */
    int BLOCK = 65536;

    /** A file of three blocks: data, hole, data. */
    private int holed(String path) {
        var fd = alice().open(path, OpenFlags.CREAT | OpenFlags.RDWR, 0644).fd();
        alice().quiet(1, "pwrite64", fd, "a".repeat(4096), 4096, 0).ok();
        alice().quiet(1, "pwrite64", fd, "c".repeat(4096), 4096, 2 * BLOCK).ok();
        alice().ftruncate(fd, 3 * BLOCK).ok();
        return fd;
    }

    @Test
    default void truncatingCutsAndFillsWithZeros() {
        alice().file("f", "0123456789");
        alice().truncate("f", 5).ok();
        assertThat(alice().content("f")).isEqualTo("01234");
        alice().truncate("f", 8).ok();
        assertThat(alice().content("f")).isEqualTo("01234\0\0\0");
        alice().truncate("f", 0).ok();
        assertThat(alice().stat("f").sizeBytes()).isZero();
        alice().truncate("f", 1L << 40).ok();
        assertThat(alice().stat("f").sizeBytes()).isEqualTo(1L << 40);
        assertThat(alice().stat("f").blocks()).isLessThan(100);
    }

    @Test
    default void anImpossibleSizeIsRefused() {
        alice().file("f", "content");
        var fd = alice().open("f", OpenFlags.RDWR).fd();
        alice().truncate("f", -1).fails(Errno.EINVAL);
        alice().ftruncate(fd, -1).fails(Errno.EINVAL);
        alice().ftruncate(fd, Long.MIN_VALUE).fails(Errno.EINVAL);
        alice().truncate("f", Long.MAX_VALUE).fails(Errno.EFBIG, Errno.EINVAL);
        alice().pwrite(fd, "x", Long.MAX_VALUE).fails(Errno.EFBIG, Errno.EINVAL);
        alice().pwrite(fd, "x", -1).fails(Errno.EINVAL);
        assertThat(alice().content("f")).isEqualTo("content");
    }

    @Test
    default void aSizeThatTheFileSystemCannotHoldIsRefused() {
        alice().file("f", "content");
        var fd = alice().open("f", OpenFlags.RDWR).fd();
        for (var bits = 40; bits < 63; bits++) {
            var size = (1L << bits) + 1;
            var truncated = alice().truncate("f", size);
            assertThat(truncated.isOk() || truncated.is(Errno.EFBIG))
                    .as(truncated.toString())
                    .isTrue();
            if (truncated.isOk()) {
                assertThat(alice().stat("f").sizeBytes()).isEqualTo(size);
                alice().truncate("f", 7).ok();
            }
            var written = alice().pwrite(fd, "x", size);
            assertThat(written.isOk() || written.is(Errno.EFBIG))
                    .as(written.toString())
                    .isTrue();
            alice().truncate("f", 7).ok();
        }
    }

    @Test
    default void whatIsNoFileIsNotTruncated() {
        alice().mkdir("d", 0755).ok();
        alice().mknod("p", Mode.FIFO | 0644, 0).ok();
        alice().truncate("d", 0).fails(Errno.EISDIR);
        alice().truncate("p", 0).fails(Errno.EINVAL);
        alice().ftruncate(alice().open("d", OpenFlags.RDONLY).fd(), 0).fails(Errno.EINVAL);
    }

    @Test
    default void truncatingNeedsTheRightToWrite() {
        alice().file("f", "content");
        bob().truncate("f", 0).fails(Errno.EACCES);
        alice().chmod("f", 0444).ok();
        alice().truncate("f", 0).fails(Errno.EACCES);
        root().truncate("f", 1).ok();
        assertThat(alice().stat("f").sizeBytes()).isEqualTo(1);
    }

    @Test
    default void theLimitOfAProcessHolds() {
        alice().file("f", "content");
        var limit = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder());
        alice().quiet(1, "setrlimit", 1, limit.putLong(1000).putLong(1000).array())
                .ok();
        alice().truncate("f", 1001).fails(Errno.EFBIG);
        alice().truncate("f", 1000).ok();
        var fd = alice().open("f", OpenFlags.RDWR).fd();
        alice().pwrite(fd, "x", 1000).fails(Errno.EFBIG);
        assertThat(alice().pwrite(fd, "abc", 998).ok()).isEqualTo(2);
        alice().ftruncate(fd, 2000).fails(Errno.EFBIG);
        supported(alice().fallocate(fd, 0, 0, 2000)).fails(Errno.EFBIG);
    }

    @Test
    default void writingBehindTheEndLeavesAHoleOfZeros() {
        alice().file("f", "a");
        var fd = alice().open("f", OpenFlags.RDWR).fd();
        alice().pwrite(fd, "z", 10).ok();
        assertThat(alice().content("f")).isEqualTo("a\0\0\0\0\0\0\0\0\0z");
        alice().pwrite(fd, "y", 1 << 30).ok();
        assertThat(alice().stat("f").sizeBytes()).isEqualTo((1 << 30) + 1);
        assertThat(alice().pread(fd, 4, 1 << 29).text()).isEqualTo("\0\0\0\0");
        assertThat(alice().pread(fd, 4, 1 << 30).text()).isEqualTo("y");
    }

    @Test
    default void dataAndHolesAreFound() {
        var fd = holed("f");
        assertThat(alice().seek(fd, 0, Whence.DATA).ok()).isZero();
        assertThat(alice().seek(fd, 0, Whence.HOLE).ok()).isBetween(4096L, (long) BLOCK);
        assertThat(alice().seek(fd, BLOCK, Whence.DATA).ok()).isEqualTo(2 * BLOCK);
        assertThat(alice().seek(fd, BLOCK, Whence.HOLE).ok()).isEqualTo(BLOCK);
        alice().seek(fd, 2 * BLOCK + 4096, Whence.DATA).fails(Errno.ENXIO);
        alice().seek(fd, 3 * BLOCK, Whence.DATA).fails(Errno.ENXIO);
        alice().seek(fd, 3 * BLOCK, Whence.HOLE).fails(Errno.ENXIO);
        alice().seek(fd, -1, Whence.DATA).fails(Errno.ENXIO, Errno.EINVAL);
        alice().seek(fd, 0, 77).fails(Errno.EINVAL);
    }

    @Test
    default void anEmptyAndAFullFileHaveAHoleAtTheirEnd() {
        alice().file("empty", 0644);
        alice().file("full", "content");
        alice().seek(alice().open("empty", OpenFlags.RDONLY).fd(), 0, Whence.DATA)
                .fails(Errno.ENXIO);
        assertThat(alice().seek(alice().open("full", OpenFlags.RDONLY).fd(), 0, Whence.HOLE)
                        .ok())
                .isEqualTo(7);
    }

    @Test
    default void dataWrittenIsFoundBeforeItIsOnDisk() {
        var fd = alice().open("f", OpenFlags.CREAT | OpenFlags.RDWR, 0644).fd();
        alice().ftruncate(fd, 10 * BLOCK).ok();
        alice().pwrite(fd, "x", 5 * BLOCK).ok();
        assertThat(alice().seek(fd, 0, Whence.DATA).ok()).isEqualTo(5 * BLOCK);
    }

    @Test
    default void positionsAreSetFromStartHereAndEnd() {
        alice().file("f", "0123456789");
        var fd = alice().open("f", OpenFlags.RDWR).fd();
        assertThat(alice().seek(fd, 3, Whence.SET).ok()).isEqualTo(3);
        assertThat(alice().seek(fd, 2, Whence.CURRENT).ok()).isEqualTo(5);
        assertThat(alice().seek(fd, -1, Whence.END).ok()).isEqualTo(9);
        assertThat(alice().read(fd, 10).text()).isEqualTo("9");
        assertThat(alice().seek(fd, 100, Whence.END).ok()).isEqualTo(110);
        assertThat(alice().read(fd, 10).ok()).isZero();
        alice().seek(fd, -1, Whence.SET).fails(Errno.EINVAL);
        alice().seek(fd, -1000, Whence.CURRENT).fails(Errno.EINVAL);
    }

    @Test
    default void allocatingGrowsAndReserves() {
        alice().file("f", "abc");
        var fd = alice().open("f", OpenFlags.RDWR).fd();
        supported(alice().fallocate(fd, 0, 0, BLOCK)).ok();
        assertThat(alice().stat("f").sizeBytes()).isEqualTo(BLOCK);
        assertThat(alice().stat("f").blocks()).isGreaterThanOrEqualTo(BLOCK / 512);
        assertThat(alice().pread(fd, 5, 0).text()).isEqualTo("abc\0\0");
        alice().fallocate(fd, FallocateMode.KEEP_SIZE, BLOCK, BLOCK).ok();
        assertThat(alice().stat("f").sizeBytes()).isEqualTo(BLOCK);
    }

    @Test
    default void allocatingNothingOrBeforeTheStartIsRefused() {
        alice().file("f", "abc");
        var fd = alice().open("f", OpenFlags.RDWR).fd();
        supported(alice().fallocate(fd, 0, 0, 10)).ok();
        alice().fallocate(fd, 0, 0, 0).fails(Errno.EINVAL);
        alice().fallocate(fd, 0, -1, 10).fails(Errno.EINVAL);
        alice().fallocate(fd, 0, 10, -1).fails(Errno.EINVAL);
        alice().fallocate(fd, 0, Long.MAX_VALUE, 10).fails(Errno.EFBIG, Errno.EINVAL);
        alice().fallocate(fd, 1 << 20, 0, 10).fails(Errno.EOPNOTSUPP);
        alice().fallocate(fd, FallocateMode.PUNCH_HOLE, 0, 10).fails(Errno.EOPNOTSUPP, Errno.EINVAL);
        var directory = alice().open(".", OpenFlags.DIRECTORY).fd();
        alice().fallocate(directory, 0, 0, 10).fails(Errno.EBADF);
    }

    @Test
    default void allocatingMarksTheFile() {
        alice().file("f", "abc");
        var fd = alice().open("f", OpenFlags.RDWR).fd();
        supported(alice().fallocate(fd, 0, 0, 10)).ok();
        marks(
                "f",
                Times.MODIFY_AND_CHANGE,
                () -> alice().fallocate(fd, 0, 0, BLOCK).ok());
        marks(
                "f",
                Times.MODIFY_AND_CHANGE,
                () -> alice().fallocate(fd, FallocateMode.PUNCH_HOLE | FallocateMode.KEEP_SIZE, 0, 4096)
                        .ok());
    }

    @Test
    default void punchingMakesAHole() {
        alice().file("f", 0644);
        var fd = alice().open("f", OpenFlags.RDWR).fd();
        alice().quiet(1, "pwrite64", fd, "x".repeat(3000), 3000, 0).ok();
        alice().repeat(48, "write", fd, "x".repeat(4096), 4096).ok();
        var mode = FallocateMode.PUNCH_HOLE | FallocateMode.KEEP_SIZE;
        supported(alice().fallocate(fd, mode, BLOCK, BLOCK)).ok();
        assertThat(alice().stat("f").sizeBytes()).isEqualTo(3 * BLOCK);
        assertThat(alice().pread(fd, 4, BLOCK - 2).text()).isEqualTo("xx\0\0");
        assertThat(alice().pread(fd, 4, 2 * BLOCK - 2).text()).isEqualTo("\0\0xx");
        assertThat(alice().seek(fd, 0, Whence.HOLE).ok()).isEqualTo(BLOCK);
        alice().fallocate(fd, mode, 10 * BLOCK, BLOCK).ok();
        assertThat(alice().stat("f").sizeBytes()).isEqualTo(3 * BLOCK);
    }

    @Test
    default void zeroingWritesZeros() {
        var fd = holed("f");
        supported(alice().fallocate(fd, FallocateMode.ZERO_RANGE, 10, 20)).ok();
        assertThat(alice().pread(fd, 32, 0).text()).isEqualTo("a".repeat(10) + "\0".repeat(20) + "aa");
        alice().fallocate(fd, FallocateMode.ZERO_RANGE, 3 * BLOCK, BLOCK).ok();
        assertThat(alice().stat("f").sizeBytes()).isEqualTo(4 * BLOCK);
        alice().fallocate(fd, FallocateMode.ZERO_RANGE | FallocateMode.KEEP_SIZE, 4 * BLOCK, BLOCK)
                .ok();
        assertThat(alice().stat("f").sizeBytes()).isEqualTo(4 * BLOCK);
    }

    @Test
    default void collapsingTakesARangeOut() {
        var fd = holed("f");
        supported(alice().fallocate(fd, FallocateMode.COLLAPSE_RANGE, BLOCK, BLOCK))
                .ok();
        assertThat(alice().stat("f").sizeBytes()).isEqualTo(2 * BLOCK);
        assertThat(alice().pread(fd, 2, BLOCK).text()).isEqualTo("cc");
        alice().fallocate(fd, FallocateMode.COLLAPSE_RANGE, 1, 100).fails(Errno.EINVAL);
        alice().fallocate(fd, FallocateMode.COLLAPSE_RANGE, 0, 2 * BLOCK).fails(Errno.EINVAL);
    }

    @Test
    default void insertingMakesRoom() {
        var fd = holed("f");
        supported(alice().fallocate(fd, FallocateMode.INSERT_RANGE, BLOCK, BLOCK))
                .ok();
        assertThat(alice().stat("f").sizeBytes()).isEqualTo(4 * BLOCK);
        assertThat(alice().pread(fd, 2, 0).text()).isEqualTo("aa");
        assertThat(alice().pread(fd, 2, 2 * BLOCK).text()).isEqualTo("\0\0");
        assertThat(alice().pread(fd, 2, 3 * BLOCK).text()).isEqualTo("cc");
        alice().fallocate(fd, FallocateMode.INSERT_RANGE, 10 * BLOCK, BLOCK).fails(Errno.EINVAL);
    }
}
