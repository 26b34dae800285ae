package org.dpfs4j.tck.posix;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.Whence;
import org.junit.jupiter.api.Test;

/** What is written is read: positions, appending, copies, memory mappings, syncing. */
public interface ContentRules extends PosixRules {
    int MAKE = OpenFlags.CREAT | OpenFlags.RDWR;
    int PROT_READ = 1;
    int PROT_BOTH = 3;
    int MS_SYNC = 4;
    int SET_FLAGS = 4;

    @Test
    default void readingStopsAtTheEnd() {
        alice().file("f", "0123456789");
        var fd = alice().open("f", OpenFlags.RDONLY).fd();
        assertThat(alice().read(fd, 4).text()).isEqualTo("0123");
        assertThat(alice().read(fd, 100).text()).isEqualTo("456789");
        assertThat(alice().read(fd, 100).ok()).isZero();
        assertThat(alice().pread(fd, 3, 5).text()).isEqualTo("567");
        assertThat(alice().pread(fd, 3, 1L << 40).ok()).isZero();
        alice().pread(fd, 3, -1).fails(Errno.EINVAL);
    }

    @Test
    default void appendingWritesAtTheEndWhateverThePosition() {
        alice().file("f", "start");
        var fd = alice().open("f", OpenFlags.RDWR | OpenFlags.APPEND).fd();
        alice().seek(fd, 0, Whence.SET).ok();
        alice().write(fd, "-more").ok();
        assertThat(alice().seek(fd, 0, Whence.CURRENT).ok()).isEqualTo(10);
        alice().truncate("f", 3).ok();
        alice().write(fd, "!").ok();
        alice().pwrite(fd, "?", 0).ok();
        assertThat(alice().content("f")).isEqualTo("sta!?");
    }

    @Test
    default void appendingTakesTheFileAsOthersLeftIt() {
        alice().file("f", 0666);
        alice().chmod("f", 0666).ok();
        var first = alice().open("f", OpenFlags.WRONLY | OpenFlags.APPEND).fd();
        var second = bob().open("f", OpenFlags.WRONLY | OpenFlags.APPEND).fd();
        alice().write(first, "a").ok();
        bob().write(second, "bb").ok();
        alice().write(first, "ccc").ok();
        assertThat(alice().content("f")).isEqualTo("abbccc");
    }

    @Test
    default void appendingIsTurnedOnAndOff() {
        alice().file("f", "start");
        var fd = alice().open("f", OpenFlags.RDWR).fd();
        alice().fcntl(fd, SET_FLAGS, OpenFlags.APPEND).ok();
        alice().write(fd, "!").ok();
        alice().fcntl(fd, SET_FLAGS, 0).ok();
        alice().pwrite(fd, "S", 0).ok();
        assertThat(alice().content("f")).isEqualTo("Start!");
        alice().fcntl(fd, SET_FLAGS, OpenFlags.DIRECT);
        alice().fcntl(fd, SET_FLAGS, 0).ok();
        assertThat(alice().pread(fd, 10, 0).text()).isEqualTo("Start!");
    }

    @Test
    default void callsRelativeToADirectoryUseIt() {
        alice().mkdir("d", 0755).ok();
        var fd = alice().open("d", OpenFlags.DIRECTORY).fd();
        var file = alice().call("openat", fd, "f", MAKE, 0644).fd();
        alice().write(file, "x").ok();
        alice().call("mkdirat", fd, "e", 0755).ok();
        alice().call("linkat", fd, "f", fd, "g", 0).ok();
        alice().call("renameat2", fd, "g", Actor.HERE, "h", 0).ok();
        alice().call("symlinkat", "f", fd, "l").ok();
        alice().call("fchmodat", fd, "f", 0600).ok();
        alice().call("unlinkat", fd, "e", 0x200).ok();
        assertThat(alice().list("d")).containsOnlyKeys("f", "l");
        assertThat(alice().stat("h").inode()).isEqualTo(alice().stat("d/f").inode());
        alice().call("openat", file, "x", 0, 0).fails(Errno.ENOTDIR);
        alice().call("openat", 99, "x", 0, 0).fails(Errno.EBADF);
        alice().call("fchdir", file).fails(Errno.ENOTDIR);
        alice().call("fchdir", fd).ok();
        assertThat(alice().stat("f").permissions()).isEqualTo(0600);
    }

    @Test
    default void twoThatAppendAtOnceLoseNothing() {
        alice().file("f", 0666);
        var first = alice().open("f", OpenFlags.WRONLY | OpenFlags.APPEND).fd();
        var second = bob().open("f", OpenFlags.WRONLY | OpenFlags.APPEND).fd();
        var one = alice().start(200, "write", first, "aaaaaaaaaa", 10);
        var two = bob().start(200, "write", second, "bbbbbbbbbb", 10);
        one.await().ok();
        two.await().ok();
        assertThat(alice().stat("f").sizeBytes()).isEqualTo(4000);
        var content = root().quiet(1, "pread64", root().open("f", 0).fd(), Actor.Room.of(4096), 4096, 0)
                .text();
        assertThat(content.chars().filter(letter -> letter == 'a').count()).isEqualTo(2000);
        assertThat(content).matches("(aaaaaaaaaa|bbbbbbbbbb)*");
    }

    @Test
    default void whatOneWritesTheOtherReads() {
        alice().file("f", "first");
        var writer = alice().open("f", OpenFlags.RDWR).fd();
        var reader = bob().open("f", OpenFlags.RDONLY).fd();
        assertThat(bob().pread(reader, 10, 0).text()).isEqualTo("first");
        alice().pwrite(writer, "second", 0).ok();
        assertThat(bob().pread(reader, 10, 0).text()).isEqualTo("second");
        alice().ftruncate(writer, 3).ok();
        assertThat(bob().pread(reader, 10, 0).text()).isEqualTo("sec");
        assertThat(bob().fstat(reader).sizeBytes()).isEqualTo(3);
    }

    @Test
    default void largeWritesComeBack() {
        var fd = alice().open("f", MAKE, 0644).fd();
        alice().repeat(256, "write", fd, "0123456789abcdef".repeat(64), 1024).ok();
        assertThat(alice().stat("f").sizeBytes()).isEqualTo(256 * 1024);
        assertThat(alice().pread(fd, 16, 100_000).text()).isEqualTo("0123456789abcdef");
        assertThat(alice().pread(fd, 32, 256 * 1024 - 16).text()).isEqualTo("0123456789abcdef");
    }

    @Test
    default void directInputAndOutputWork() {
        var fd = supported(alice().open("f", MAKE | OpenFlags.DIRECT, 0644)).fd();
        var address = alice().quiet(1, "mmap", 0, 8192, PROT_BOTH, 0x22, -1, 0).ok();
        alice().poke(address, "direct").ok();
        assertThat(alice().quiet(1, "write", fd, address, 8192).ok()).isEqualTo(8192);
        assertThat(alice().content("f").substring(0, 6)).isEqualTo("direct");
        alice().poke(address, "nothing").ok();
        assertThat(alice().quiet(1, "pread64", fd, address, 4096, 0).ok()).isEqualTo(4096);
        assertThat(alice().peek(address, 7).text()).isEqualTo("direct\0");
        var cached = alice().open("f", OpenFlags.RDWR).fd();
        alice().pwrite(cached, "cached", 0).ok();
        assertThat(alice().quiet(1, "pread64", fd, address, 4096, 0).ok()).isEqualTo(4096);
        assertThat(alice().peek(address, 6).text()).isEqualTo("cached");
    }

    @Test
    default void filesAreCopiedInTheKernel() {
        alice().file("from", "0123456789");
        var from = alice().open("from", OpenFlags.RDONLY).fd();
        var to = alice().open("to", MAKE, 0644).fd();
        assertThat(supported(alice().call("copy_file_range", from, 0, to, 0, 4, 0))
                        .ok())
                .isEqualTo(4);
        assertThat(alice().call("copy_file_range", from, 0, to, 0, 100, 0).ok()).isEqualTo(6);
        assertThat(alice().call("copy_file_range", from, 0, to, 0, 100, 0).ok()).isZero();
        assertThat(alice().content("to")).isEqualTo("0123456789");
        marks(
                "to",
                Times.MODIFY_AND_CHANGE,
                () -> alice().call("copy_file_range", from, new byte[8], to, new byte[8], 3, 0)
                        .ok());
        alice().call("copy_file_range", from, new byte[8], from, new byte[8], 3, 0)
                .fails(Errno.EBADF, Errno.EINVAL);
        alice().call("copy_file_range", to, new byte[8], to, new byte[8], 3, 0).fails(Errno.EINVAL);
        alice().call("copy_file_range", from, 0, to, 0, 1, 1).fails(Errno.EINVAL);
        var append = alice().open("to", OpenFlags.WRONLY | OpenFlags.APPEND).fd();
        alice().call("copy_file_range", from, new byte[8], append, 0, 3, 0).fails(Errno.EBADF);
        var directory = alice().open(".", OpenFlags.DIRECTORY).fd();
        alice().call("copy_file_range", directory, 0, to, 0, 1, 0).fails(Errno.EISDIR);
    }

    @Test
    default void filesAreSentToFiles() {
        alice().file("from", "0123456789");
        var from = alice().open("from", OpenFlags.RDONLY).fd();
        var to = alice().open("to", MAKE, 0644).fd();
        assertThat(alice().call("sendfile", to, from, 0, 100).ok()).isEqualTo(10);
        assertThat(alice().content("to")).isEqualTo("0123456789");
    }

    @Test
    default void syncingWorksOnFilesAndDirectories() {
        alice().file("f", "content");
        var fd = alice().open("f", OpenFlags.RDWR).fd();
        var directory = alice().open(".", OpenFlags.DIRECTORY).fd();
        alice().write(fd, "C").ok();
        alice().call("fsync", fd).ok();
        alice().call("fdatasync", fd).ok();
        alice().call("fsync", directory).ok();
        alice().call("fdatasync", directory).ok();
        alice().call("syncfs", fd).ok();
        alice().call("sync_file_range", fd, 0, 0, 7).ok();
        alice().call("fsync", alice().open("f", OpenFlags.RDONLY).fd()).ok();
        alice().call("fsync", alice().open("f", OpenFlags.PATH).fd()).fails(Errno.EBADF);
    }

    @Test
    default void writesThatSyncWork() {
        var fd = alice().open("f", MAKE | OpenFlags.SYNC, 0644).fd();
        alice().write(fd, "sync").ok();
        var data = alice().open("f", OpenFlags.WRONLY | OpenFlags.DSYNC | OpenFlags.APPEND)
                .fd();
        alice().write(data, "data").ok();
        assertThat(alice().content("f")).isEqualTo("syncdata");
    }

    @Test
    default void mappedMemoryIsTheFile() {
        var fd = alice().open("f", MAKE, 0644).fd();
        alice().ftruncate(fd, 8192).ok();
        var address = alice().map(fd, 8192, PROT_BOTH);
        alice().pwrite(fd, "written", 100).ok();
        assertThat(alice().peek(address + 100, 7).text()).isEqualTo("written");
        alice().poke(address + 5000, "mapped").ok();
        assertThat(alice().pread(fd, 6, 5000).text()).isEqualTo("mapped");
        alice().quiet(1, "msync", address, 8192, MS_SYNC).ok();
        alice().quiet(1, "munmap", address, 8192).ok();
        assertThat(alice().pread(alice().open("f", OpenFlags.RDONLY).fd(), 6, 5000)
                        .text())
                .isEqualTo("mapped");
    }

    @Test
    default void memoryWrittenReachesTheFileAfterClose() {
        var fd = alice().open("f", MAKE, 0644).fd();
        alice().ftruncate(fd, 4096).ok();
        var address = alice().map(fd, 4096, PROT_BOTH);
        alice().close(fd);
        alice().poke(address, "late").ok();
        alice().quiet(1, "munmap", address, 4096).ok();
        assertThat(bob().content("f").substring(0, 4)).isEqualTo("late");
    }

    @Test
    default void twoProcessesShareMappedMemory() {
        var fd = alice().open("f", MAKE, 0666).fd();
        alice().ftruncate(fd, 4096).ok();
        var mine = alice().map(fd, 4096, PROT_BOTH);
        var his = bob().map(bob().open("f", OpenFlags.RDWR).fd(), 4096, PROT_BOTH);
        alice().poke(mine, "shared").ok();
        assertThat(bob().peek(his, 6).text()).isEqualTo("shared");
    }

    @Test
    default void memoryBehindTheEndIsAFault() {
        var fd = alice().open("f", MAKE, 0644).fd();
        alice().ftruncate(fd, 8192).ok();
        var address = alice().map(fd, 8192, PROT_BOTH);
        alice().poke(address + 4096, "x").ok();
        alice().ftruncate(fd, 100).ok();
        alice().peek(address + 4096, 1).fails(Errno.EFAULT);
        assertThat(alice().peek(address + 100, 3).text()).isEqualTo("\0\0\0");
    }

    @Test
    default void mappingNeedsTheRights() {
        alice().file("f", "content");
        alice().tryMap(alice().open("f", OpenFlags.RDONLY).fd(), 4096, PROT_BOTH)
                .fails(Errno.EACCES);
        alice().tryMap(alice().open("f", OpenFlags.WRONLY).fd(), 4096, PROT_READ)
                .fails(Errno.EACCES);
        alice().tryMap(alice().open(".", OpenFlags.DIRECTORY).fd(), 4096, PROT_READ)
                .fails(Errno.ENODEV);
    }

    @Test
    default void writingMappedMemoryMarksTheFile() {
        var fd = alice().open("f", MAKE, 0644).fd();
        alice().ftruncate(fd, 4096).ok();
        var before = alice().stat("f").modified();
        root().tick();
        var address = alice().map(fd, 4096, PROT_BOTH);
        alice().poke(address, "x").ok();
        alice().quiet(1, "msync", address, 4096, MS_SYNC).ok();
        assertThat(alice().stat("f").modified()).isGreaterThan(before);
    }

    @Test
    default void adviceIsTaken() {
        alice().file("f", "content");
        var fd = alice().open("f", OpenFlags.RDONLY).fd();
        for (var advice = 0; advice < 6; advice++) {
            alice().call("fadvise64", fd, 0, 4096, advice).ok();
        }
        alice().call("readahead", fd, 0, 4096).ok();
        assertThat(alice().content("f")).isEqualTo("content");
    }

    @Test
    default void aSignalEndsNoReadAndNoWrite() {
        alice().file("f", 0666);
        var fd = alice().open("f", OpenFlags.RDWR).fd();
        var pid = alice().pid();
        for (var call : new String[] {"pwrite64", "pread64"}) {
            var moving = alice().start(500, call, fd, Actor.Room.of(10_000, "content".getBytes(UTF_8)), 10_000, 0);
            for (int i = 0; i < 50; i++) {
                root().signal(pid);
            }
            assertThat(moving.await().ok()).as(call).isEqualTo(10_000);
        }
    }
}
