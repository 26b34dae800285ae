package org.dpfs4j.tck.posix;

import static org.assertj.core.api.Assertions.assertThat;

import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.Mode;
import org.dpfs4j.wire.OpenFlags;
import org.junit.jupiter.api.Test;

/** open(2): what is made, what is opened, and what is refused. */
public interface OpenRules extends PosixRules {
    int MAKE = OpenFlags.CREAT | OpenFlags.RDWR;

    @Test
    default void aNewFileBelongsToItsMakerAndHasTheModeAskedFor() {
        alice().file("f", 0640);
        var stat = alice().stat("f");
        assertThat(stat.mode()).isEqualTo(Mode.REGULAR | 0640);
        assertThat(stat.uid()).isEqualTo(ALICE);
        assertThat(stat.gid()).isEqualTo(ALICE);
        assertThat(stat.links()).isEqualTo(1);
        assertThat(stat.sizeBytes()).isZero();
    }

    @Test
    default void theUmaskTakesBitsFromNewFilesDirectoriesAndNodes() {
        var actor = alice().umask(027);
        actor.file("f", 0777);
        actor.mkdir("d", 0777).ok();
        actor.mknod("p", Mode.FIFO | 0777, 0).ok();
        actor.symlink("x", "l").ok();
        assertThat(actor.stat("f").permissions()).isEqualTo(0750);
        assertThat(actor.stat("d").permissions()).isEqualTo(0750);
        assertThat(actor.stat("p").permissions()).isEqualTo(0750);
        assertThat(actor.stat("l").permissions()).isEqualTo(0777);
    }

    @Test
    default void setIdAndStickyBitsAreKeptByOpenOfTheOwner() {
        alice().file("f", 07755);
        assertThat(alice().stat("f").permissions()).isEqualTo(07755);
    }

    @Test
    default void exclusiveCreationFailsOnWhatIsThere() {
        alice().file("f", 0644);
        alice().mkdir("d", 0755).ok();
        alice().symlink("nowhere", "l").ok();
        alice().mknod("p", Mode.FIFO | 0644, 0).ok();
        for (var name : new String[] {"f", "d", "l", "p"}) {
            alice().open(name, MAKE | OpenFlags.EXCL, 0644).fails(Errno.EEXIST);
        }
        alice().tryStat("nowhere").fails(Errno.ENOENT);
    }

    @Test
    default void creationFollowsADanglingLink() {
        alice().symlink("target", "l").ok();
        alice().close(alice().open("l", MAKE, 0644).fd());
        assertThat(alice().stat("target").type()).isEqualTo(Mode.REGULAR);
        assertThat(alice().stat("l").type()).isEqualTo(Mode.SYMLINK);
    }

    @Test
    default void creationOfWhatIsThereChangesNothing() {
        alice().file("f", "content");
        marks("f", Times.NONE, () -> alice().close(alice().open("f", MAKE, 0777).fd()));
        assertThat(alice().stat("f").permissions()).isEqualTo(0644);
        assertThat(alice().content("f")).isEqualTo("content");
    }

    @Test
    default void truncationOnOpenEmptiesTheFileAndMarksIt() {
        alice().file("f", "content");
        marks(
                "f",
                Times.MODIFY_AND_CHANGE,
                () -> alice().close(alice().open("f", OpenFlags.WRONLY | OpenFlags.TRUNC)
                        .fd()));
        assertThat(alice().stat("f").sizeBytes()).isZero();
    }

    @Test
    default void truncationOnOpenWithCreationEmptiesTheFile() {
        alice().file("f", "content");
        alice().close(alice().open("f", MAKE | OpenFlags.TRUNC, 0600).fd());
        assertThat(alice().stat("f").sizeBytes()).isZero();
        assertThat(alice().stat("f").permissions()).isEqualTo(0644);
    }

    @Test
    default void truncationOnOpenNeedsTheRightToWrite() {
        alice().file("f", "content");
        bob().open("f", OpenFlags.RDONLY | OpenFlags.TRUNC).fails(Errno.EACCES);
        assertThat(alice().content("f")).isEqualTo("content");
    }

    @Test
    default void directoriesAreOpenedForReadingOnly() {
        alice().mkdir("d", 0755).ok();
        alice().open("d", OpenFlags.WRONLY).fails(Errno.EISDIR);
        alice().open("d", OpenFlags.RDWR).fails(Errno.EISDIR);
        alice().open("d", OpenFlags.RDONLY | OpenFlags.TRUNC).fails(Errno.EISDIR);
        alice().open("d", OpenFlags.CREAT, 0644).fails(Errno.EISDIR);
        var fd = alice().open("d", OpenFlags.RDONLY).fd();
        alice().read(fd, 10).fails(Errno.EISDIR);
        alice().write(fd, "x").fails(Errno.EBADF);
    }

    @Test
    default void onlyDirectoriesAreOpenedAsDirectories() {
        alice().file("f", 0644);
        alice().symlink("f", "l").ok();
        alice().open("f", OpenFlags.DIRECTORY).fails(Errno.ENOTDIR);
        alice().open("l", OpenFlags.DIRECTORY).fails(Errno.ENOTDIR);
        alice().open("f/", OpenFlags.RDONLY).fails(Errno.ENOTDIR);
        alice().open("new/", MAKE, 0644).fails(Errno.EISDIR);
    }

    @Test
    default void linksAreNotFollowedWhenAskedNotTo() {
        alice().file("f", 0644);
        alice().symlink("f", "l").ok();
        alice().mkdir("d", 0755).ok();
        alice().symlink("d", "ld").ok();
        alice().open("l", OpenFlags.NOFOLLOW).fails(Errno.ELOOP);
        alice().open("ld", OpenFlags.NOFOLLOW | OpenFlags.DIRECTORY).fails(Errno.ENOTDIR);
        alice().open("l", OpenFlags.NOFOLLOW | MAKE, 0644).fails(Errno.ELOOP);
        alice().open("f", OpenFlags.NOFOLLOW).ok();
    }

    @Test
    default void aPathDescriptorNamesAFileWithoutRights() {
        alice().file("f", 0);
        alice().symlink("f", "l").ok();
        var fd = bob().open("f", OpenFlags.PATH).fd();
        assertThat(bob().fstat(fd).permissions()).isZero();
        bob().read(fd, 1).fails(Errno.EBADF);
        bob().fchmod(fd, 0777).fails(Errno.EBADF);
        var link = bob().open("l", OpenFlags.PATH | OpenFlags.NOFOLLOW).fd();
        assertThat(bob().fstat(link).type()).isEqualTo(Mode.SYMLINK);
        assertThat(bob().call("readlinkat", link, "", Actor.Room.of(100), 100).text())
                .isEqualTo("f");
    }

    @Test
    default void aFileOfModeZeroIsWrittenByWhoMadeIt() {
        var fd = alice().open("f", MAKE | OpenFlags.EXCL, 0).fd();
        alice().write(fd, "written").ok();
        assertThat(alice().pread(fd, 100, 0).text()).isEqualTo("written");
        alice().open("f", OpenFlags.RDONLY).fails(Errno.EACCES);
        root().open("f", OpenFlags.RDWR).ok();
    }

    @Test
    default void anOpenFileStaysOpenWhenRightsAreTaken() {
        alice().file("f", 0666);
        var fd = bob().open("f", OpenFlags.RDWR).fd();
        alice().chmod("f", 0).ok();
        bob().write(fd, "still").ok();
        assertThat(bob().pread(fd, 10, 0).text()).isEqualTo("still");
        bob().open("f", OpenFlags.RDONLY).fails(Errno.EACCES);
    }

    @Test
    default void descriptorsDoOnlyWhatTheyWereOpenedFor() {
        alice().file("f", "abc");
        var reader = alice().open("f", OpenFlags.RDONLY).fd();
        var writer = alice().open("f", OpenFlags.WRONLY).fd();
        alice().write(reader, "x").fails(Errno.EBADF);
        alice().ftruncate(reader, 0).fails(Errno.EINVAL, Errno.EBADF);
        alice().fallocate(reader, 0, 0, 10).fails(Errno.EBADF);
        alice().read(writer, 1).fails(Errno.EBADF);
        assertThat(alice().content("f")).isEqualTo("abc");
    }

    @Test
    default void aFifoWithoutReaderIsNotOpenedForWritingWithoutWaiting() {
        alice().mknod("p", Mode.FIFO | 0644, 0).ok();
        alice().open("p", OpenFlags.WRONLY | OpenFlags.NONBLOCK).fails(Errno.ENXIO);
        var reader = alice().open("p", OpenFlags.RDONLY | OpenFlags.NONBLOCK).fd();
        var writer = alice().open("p", OpenFlags.WRONLY | OpenFlags.NONBLOCK).fd();
        alice().write(writer, "through").ok();
        assertThat(alice().read(reader, 100).text()).isEqualTo("through");
    }

    @Test
    default void aSocketIsNotOpened() {
        alice().mknod("s", Mode.SOCKET | 0644, 0).ok();
        alice().open("s", OpenFlags.RDONLY).fails(Errno.ENXIO);
    }

    @Test
    default void aSocketIsBoundAndReached() {
        var server = alice().call("socket", 1, 1, 0).fd();
        var address = new byte[] {1, 0, 's', 0};
        alice().call("bind", server, address, address.length).ok();
        alice().call("listen", server, 1).ok();
        assertThat(alice().stat("s").type()).isEqualTo(Mode.SOCKET);
        alice().call("bind", alice().call("socket", 1, 1, 0).fd(), address, address.length)
                .fails(Errno.EADDRINUSE);
        var client = alice().call("socket", 1, 1, 0).fd();
        alice().call("connect", client, address, address.length).ok();
        alice().chmod("s", 0).ok();
        var other = bob().call("socket", 1, 1, 0).fd();
        bob().call("connect", other, address, address.length).fails(Errno.EACCES);
    }

    @Test
    default void aDeviceWithoutDriverIsNotOpened() {
        root().mknod("c", Mode.CHARACTER_DEVICE | 0666, 0xFFF00).ok();
        root().open("c", OpenFlags.RDONLY).fails(Errno.ENXIO, Errno.ENODEV, Errno.EACCES);
    }

    @Test
    default void aRunningProgramIsNotWritten() {
        var program = root().open("program", MAKE, 0755).fd();
        var self = root().open("/proc/self/exe", OpenFlags.RDONLY).fd();
        root().quiet(1, "sendfile", program, self, 0, 1 << 24).ok();
        root().spawn("program").fails(Errno.ETXTBSY);
        root().close(program);
        var child = root().spawn("program").ok();
        root().open("program", OpenFlags.WRONLY).fails(Errno.ETXTBSY);
        root().truncate("program", 0).fails(Errno.ETXTBSY);
        root().open("program", OpenFlags.RDONLY).ok();
        root().quiet(1, "kill", child, 9).ok();
    }

    @Test
    default void aProgramWithoutTheRightToRunDoesNot() {
        var program = root().open("program", MAKE, 0644).fd();
        var self = root().open("/proc/self/exe", OpenFlags.RDONLY).fd();
        root().quiet(1, "sendfile", program, self, 0, 1 << 24).ok();
        root().close(program);
        root().spawn("program").fails(Errno.EACCES);
        root().chmod("program", 0711).ok();
        bob().quiet(1, "kill", bob().spawn("program").ok(), 9).ok();
    }

    @Test
    default void onlyTheOwnerOpensWithoutTouchingTheAccessTime() {
        alice().file("f", 0666);
        bob().open("f", OpenFlags.RDONLY | OpenFlags.NOATIME).fails(Errno.EPERM);
        alice().open("f", OpenFlags.RDONLY | OpenFlags.NOATIME).ok();
        root().open("f", OpenFlags.RDONLY | OpenFlags.NOATIME).ok();
    }

    @Test
    default void aFileWithoutNameGetsOneByALink() {
        var fd = supported(alice().open(".", OpenFlags.TMPFILE | OpenFlags.RDWR, 0640))
                .fd();
        alice().write(fd, "hidden").ok();
        assertThat(alice().fstat(fd).links()).isZero();
        assertThat(alice().fstat(fd).mode()).isEqualTo(Mode.REGULAR | 0640);
        assertThat(alice().list(".")).isEmpty();
        alice().linkTarget("/proc/self/fd/" + fd, "named").ok();
        assertThat(alice().stat("named").links()).isEqualTo(1);
        assertThat(alice().stat("named").uid()).isEqualTo(ALICE);
        assertThat(alice().content("named")).isEqualTo("hidden");
    }

    @Test
    default void aFileWithoutNameThatIsExclusiveGetsNone() {
        var flags = OpenFlags.TMPFILE | OpenFlags.RDWR | OpenFlags.EXCL;
        var fd = supported(alice().open(".", flags, 0640)).fd();
        alice().linkTarget("/proc/self/fd/" + fd, "named").fails(Errno.ENOENT);
    }

    @Test
    default void aFileWithoutNameIsMadeInWritableDirectoriesOnly() {
        alice().mkdir("d", 0555).ok();
        supported(alice().open(".", OpenFlags.TMPFILE | OpenFlags.RDWR, 0640)).ok();
        alice().open("d", OpenFlags.TMPFILE | OpenFlags.RDWR, 0640).fails(Errno.EACCES);
        alice().open(".", OpenFlags.TMPFILE | OpenFlags.RDONLY, 0640).fails(Errno.EINVAL);
        alice().file("f", 0644);
        alice().open("f", OpenFlags.TMPFILE | OpenFlags.RDWR, 0640).fails(Errno.ENOTDIR);
    }
}
