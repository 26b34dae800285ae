package org.dpfs4j.tck.posix;

import static org.assertj.core.api.Assertions.assertThat;

import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.OpenFlags;
import org.junit.jupiter.api.Test;

/** Files that are open and have no name any more. */
public interface OrphanRules extends PosixRules {
    @Test
    default void anUnlinkedOpenFileIsReadAndWritten() {
        alice().file("f", "content");
        var fd = alice().open("f", OpenFlags.RDWR).fd();
        alice().unlink("f").ok();
        assertThat(alice().fstat(fd).links()).isZero();
        assertThat(alice().pread(fd, 100, 0).text()).isEqualTo("content");
        alice().pwrite(fd, "more", 7).ok();
        assertThat(alice().fstat(fd).sizeBytes()).isEqualTo(11);
        alice().ftruncate(fd, 4).ok();
        assertThat(alice().pread(fd, 100, 0).text()).isEqualTo("cont");
        alice().call("fsync", fd).ok();
        alice().tryStat("f").fails(Errno.ENOENT);
        assertThat(alice().list(".")).isEmpty();
        alice().close(fd);
    }

    @Test
    default void attributesOfAnUnlinkedOpenFileChange() {
        alice().file("f", 0644);
        var fd = alice().open("f", OpenFlags.RDWR).fd();
        alice().unlink("f").ok();
        alice().fchmod(fd, 0600).ok();
        assertThat(alice().fstat(fd).permissions()).isEqualTo(0600);
        alice().call("fchown", fd, -1, TEAM).ok();
        assertThat(alice().fstat(fd).gid()).isEqualTo(TEAM);
    }

    @Test
    default void anUnlinkedFileOpenForWritingOnlyIsWritten() {
        alice().file("f", 0644);
        var fd = alice().open("f", OpenFlags.WRONLY).fd();
        alice().unlink("f").ok();
        alice().write(fd, "x").ok();
        assertThat(alice().fstat(fd).sizeBytes()).isEqualTo(1);
        alice().call("fsync", fd).ok();
    }

    @Test
    default void aRemovedOpenDirectoryIsEmptyAndTakesNothing() {
        alice().mkdir("d", 0755).ok();
        var fd = alice().open("d", OpenFlags.DIRECTORY).fd();
        alice().rmdir("d").ok();
        assertThat(alice().fstat(fd).links()).isZero();
        alice().call("openat", fd, "f", OpenFlags.CREAT | OpenFlags.WRONLY, 0644)
                .fails(Errno.ENOENT);
        alice().call("mkdirat", fd, "e", 0755).fails(Errno.ENOENT);
        alice().file("f", 0644);
        alice().call("linkat", Actor.HERE, "f", fd, "l", 0).fails(Errno.ENOENT);
        alice().call("renameat2", Actor.HERE, "f", fd, "l", 0).fails(Errno.ENOENT);
        alice().quiet(1, "getdents64", fd, Actor.Room.of(1000), 1000).fails(Errno.ENOENT);
    }

    @Test
    default void aRemovedWorkingDirectoryTakesNothing() {
        alice().mkdir("d", 0755).ok();
        bob().call("chdir", "d").ok();
        alice().rmdir("d").ok();
        bob().open("f", OpenFlags.CREAT | OpenFlags.WRONLY, 0644).fails(Errno.ENOENT);
        bob().tryStat("f").fails(Errno.ENOENT);
        assertThat(bob().stat(".").links()).isZero();
    }

    @Test
    default void aNewFileOfAnOldNameIsAnotherFile() {
        alice().file("f", "old");
        var fd = alice().open("f", OpenFlags.RDONLY).fd();
        alice().unlink("f").ok();
        alice().file("f", "new");
        assertThat(alice().pread(fd, 10, 0).text()).isEqualTo("old");
        assertThat(alice().content("f")).isEqualTo("new");
        assertThat(alice().fstat(fd).inode()).isNotEqualTo(alice().stat("f").inode());
    }

    @Test
    default void anUnlinkedFileIsOpenedAgainThroughItsDescriptor() {
        alice().file("f", "content");
        var fd = alice().open("f", OpenFlags.RDONLY).fd();
        alice().unlink("f").ok();
        var again = alice().open("/proc/self/fd/" + fd, OpenFlags.RDWR).fd();
        assertThat(alice().pread(again, 100, 0).text()).isEqualTo("content");
    }

    @Test
    default void anUnlinkedFileIsMappedAndWritten() {
        alice().file("f", "content");
        var fd = alice().open("f", OpenFlags.RDWR).fd();
        var address = alice().map(fd, 4096, 3);
        alice().unlink("f").ok();
        alice().close(fd);
        alice().poke(address, "C").ok();
        assertThat(alice().peek(address, 7).text()).isEqualTo("Content");
    }

    @Test
    default void anUnlinkedFileGetsNoNewName() {
        root().file("f", 0644);
        var fd = root().open("f", OpenFlags.RDONLY).fd();
        root().unlink("f").ok();
        root().linkTarget("/proc/self/fd/" + fd, "g").fails(Errno.ENOENT);
    }
}
