package org.dpfs4j.tck.posix;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.Mode;
import org.dpfs4j.wire.OpenFlags;
import org.junit.jupiter.api.Test;

/** Making, linking and removing: mkdir, mknod, link, symlink, unlink, rmdir. */
public interface EntryRules extends PosixRules {
    @Test
    default void aNewDirectoryIsEmptyAndHasTwoLinks() {
        alice().mkdir("d", 0751).ok();
        var stat = alice().stat("d");
        assertThat(stat.mode()).isEqualTo(Mode.DIRECTORY | 0751);
        assertThat(stat.links()).isEqualTo(2);
        assertThat(stat.uid()).isEqualTo(ALICE);
        assertThat(stat.gid()).isEqualTo(ALICE);
        assertThat(alice().list("d")).isEmpty();
    }

    @Test
    default void aDirectoryCountsItsSubdirectories() {
        alice().mkdir("d", 0755).ok();
        alice().mkdir("d/a", 0755).ok();
        alice().mkdir("d/b", 0755).ok();
        alice().file("d/f", 0644);
        assertThat(alice().stat("d").links()).isEqualTo(4);
        alice().rmdir("d/a").ok();
        assertThat(alice().stat("d").links()).isEqualTo(3);
        alice().rename("d/b", "b").ok();
        assertThat(alice().stat("d").links()).isEqualTo(2);
    }

    @Test
    default void whatIsThereIsNotMadeAgain() {
        alice().file("f", 0644);
        alice().mkdir("d", 0755).ok();
        alice().symlink("nowhere", "l").ok();
        for (var name : new String[] {"f", "d", "l", ".", ".."}) {
            alice().mkdir(name, 0755).fails(Errno.EEXIST);
            alice().mknod(name, Mode.FIFO | 0644, 0).fails(Errno.EEXIST);
            alice().mknod(name, Mode.REGULAR | 0644, 0).fails(Errno.EEXIST);
            alice().symlink("x", name).fails(Errno.EEXIST);
            alice().link("f", name).fails(Errno.EEXIST);
        }
    }

    @Test
    default void everyKindOfNodeIsMade() {
        root().mknod("r", Mode.REGULAR | 0644, 0).ok();
        root().mknod("p", Mode.FIFO | 0644, 0).ok();
        root().mknod("s", Mode.SOCKET | 0644, 0).ok();
        root().mknod("c", Mode.CHARACTER_DEVICE | 0644, 0x103).ok();
        root().mknod("b", Mode.BLOCK_DEVICE | 0644, 0x12304567).ok();
        root().mknod("r2", 0600, 0).ok();
        assertThat(root().stat("r").type()).isEqualTo(Mode.REGULAR);
        assertThat(root().stat("r2").mode()).isEqualTo(Mode.REGULAR | 0600);
        assertThat(root().stat("p").type()).isEqualTo(Mode.FIFO);
        assertThat(root().stat("s").type()).isEqualTo(Mode.SOCKET);
        assertThat(root().stat("c").device()).isEqualTo(1L << 32 | 3);
        assertThat(root().stat("b").type()).isEqualTo(Mode.BLOCK_DEVICE);
        assertThat(root().stat("b").device()).isEqualTo(0x45L << 32 | 0x12367);
    }

    @Test
    default void usersMakeNoDevices() {
        alice().mknod("c", Mode.CHARACTER_DEVICE | 0644, 0x103).fails(Errno.EPERM);
        alice().mknod("b", Mode.BLOCK_DEVICE | 0644, 0x103).fails(Errno.EPERM);
        alice().mknod("p", Mode.FIFO | 0644, 0).ok();
        alice().mknod("s", Mode.SOCKET | 0644, 0).ok();
        alice().mknod("d", Mode.DIRECTORY | 0644, 0).fails(Errno.EPERM, Errno.EINVAL);
    }

    @Test
    default void usersMakeWhiteouts() {
        alice().mknod("w", Mode.CHARACTER_DEVICE, 0).ok();
        assertThat(alice().stat("w").device()).isZero();
    }

    @Test
    default void makingAnEntryMarksTheDirectory() {
        alice().mkdir("d", 0755).ok();
        alice().file("outside", 0644);
        marks("d", Times.MODIFY_AND_CHANGE, () -> alice().file("d/f", 0644));
        marks("d", Times.MODIFY_AND_CHANGE, () -> alice().mkdir("d/e", 0755).ok());
        marks(
                "d",
                Times.MODIFY_AND_CHANGE,
                () -> alice().mknod("d/p", Mode.FIFO | 0644, 0).ok());
        marks("d", Times.MODIFY_AND_CHANGE, () -> alice().symlink("x", "d/l").ok());
        marks("d", Times.MODIFY_AND_CHANGE, () -> alice().link("outside", "d/h").ok());
        marks("d", Times.NONE, () -> alice().mkdir("d/e", 0755).fails(Errno.EEXIST));
        marks("d", Times.MODIFY_AND_CHANGE, () -> alice().unlink("d/h").ok());
        marks("d", Times.MODIFY_AND_CHANGE, () -> alice().rmdir("d/e").ok());
    }

    @Test
    default void whatIsMadeHasTheTimeOfItsMaking() {
        alice().mkdir("before", 0755).ok();
        root().tick();
        alice().file("f", 0644);
        alice().mkdir("d", 0755).ok();
        alice().symlink("x", "l").ok();
        root().tick();
        alice().mkdir("after", 0755).ok();
        for (var name : new String[] {"f", "d", "l"}) {
            var stat = root().stat(name);
            assertThat(stat.modified()).isEqualTo(stat.changed()).isEqualTo(stat.accessed());
            assertThat(stat.modified())
                    .isBetween(
                            root().stat("before").modified(),
                            root().stat("after").modified());
        }
    }

    @Test
    default void aHardLinkIsTheSameFile() {
        alice().file("f", "content");
        alice().link("f", "g").ok();
        var first = alice().stat("f");
        var second = alice().stat("g");
        assertThat(second.inode()).isEqualTo(first.inode());
        assertThat(second.links()).isEqualTo(2);
        assertThat(first.links()).isEqualTo(2);
        alice().chmod("g", 0600).ok();
        assertThat(alice().stat("f").permissions()).isEqualTo(0600);
        alice().write(alice().open("g", OpenFlags.WRONLY | OpenFlags.APPEND).fd(), "more")
                .ok();
        assertThat(alice().stat("f").sizeBytes()).isEqualTo(11);
        alice().unlink("f").ok();
        assertThat(alice().stat("g").links()).isEqualTo(1);
        assertThat(alice().content("g")).isEqualTo("contentmore");
    }

    @Test
    default void linksMarkTheChangeTimeOfTheFile() {
        alice().file("f", 0644);
        marks("f", Times.CHANGE, () -> alice().link("f", "g").ok());
        marks("f", Times.CHANGE, () -> alice().unlink("g").ok());
        marks("f", Times.NONE, () -> alice().link("f", "f").fails(Errno.EEXIST));
    }

    @Test
    default void directoriesHaveNoHardLinks() {
        alice().mkdir("d", 0755).ok();
        alice().link("d", "e").fails(Errno.EPERM);
        root().link("d", "e").fails(Errno.EPERM);
        assertThat(root().stat("d").links()).isEqualTo(2);
    }

    @Test
    default void everyOtherKindOfNodeHasHardLinks() {
        root().mknod("p", Mode.FIFO | 0644, 0).ok();
        root().mknod("s", Mode.SOCKET | 0644, 0).ok();
        root().mknod("c", Mode.CHARACTER_DEVICE | 0644, 0x103).ok();
        root().symlink("x", "l").ok();
        for (var name : new String[] {"p", "s", "c", "l"}) {
            root().link(name, name + "2").ok();
            assertThat(root().stat(name + "2").inode())
                    .isEqualTo(root().stat(name).inode());
            assertThat(root().stat(name).links()).isEqualTo(2);
            root().unlink(name).ok();
            assertThat(root().stat(name + "2").links()).isEqualTo(1);
        }
    }

    @Test
    default void aLinkFollowsOnlyWhenAskedTo() {
        alice().file("f", 0644);
        alice().symlink("f", "l").ok();
        alice().link("l", "a").ok();
        alice().linkTarget("l", "b").ok();
        assertThat(alice().stat("a").type()).isEqualTo(Mode.SYMLINK);
        assertThat(alice().stat("b").inode()).isEqualTo(alice().stat("f").inode());
    }

    @Test
    default void aLinkToNothingIsNotMade() {
        alice().link("missing", "l").fails(Errno.ENOENT);
        alice().file("f", 0644);
        alice().link("f", "missing/l").fails(Errno.ENOENT);
        alice().link("f/g", "l").fails(Errno.ENOTDIR);
        alice().link("f", "f/l").fails(Errno.ENOTDIR);
    }

    @Test
    default void aThousandHardLinksAreCounted() {
        alice().file("f", 0644);
        alice().repeat(1000, "linkat", Actor.HERE, "f", Actor.HERE, "f#", 0).ok();
        assertThat(alice().stat("f").links()).isEqualTo(1001);
        alice().repeat(1000, "unlinkat", Actor.HERE, "f#", 0).ok();
        assertThat(alice().stat("f").links()).isEqualTo(1);
    }

    @Test
    default void aSymbolicLinkKeepsItsTarget() {
        for (var target : new String[] {"x", "/", "../..//x/", "\u00E4\u20AC", " ", "a".repeat(4095)}) {
            alice().symlink(target, "l").ok();
            var length = target.getBytes(StandardCharsets.UTF_8).length;
            assertThat(alice().stat("l").sizeBytes()).isEqualTo(length);
            assertThat(alice().readlink("l").ok()).isEqualTo(length);
            assertThat(alice().readlink("l").bytes())
                    .asString(StandardCharsets.UTF_8)
                    .isEqualTo(target);
            alice().unlink("l").ok();
        }
        alice().symlink("", "l").fails(Errno.ENOENT);
        alice().symlink("a".repeat(4096), "l").fails(Errno.ENAMETOOLONG);
    }

    @Test
    default void aTargetIsCutToTheRoomForIt() {
        alice().symlink("abcdef", "l").ok();
        assertThat(alice().call("readlinkat", Actor.HERE, "l", Actor.Room.of(3), 3)
                        .text())
                .isEqualTo("abc");
        alice().call("readlinkat", Actor.HERE, "l", Actor.Room.of(3), 0).fails(Errno.EINVAL);
        alice().file("f", 0644);
        alice().readlink("f").fails(Errno.EINVAL);
        alice().readlink(".").fails(Errno.EINVAL);
        alice().readlink("missing").fails(Errno.ENOENT);
    }

    @Test
    default void removingAFileThatIsADirectoryIsRefused() {
        alice().mkdir("d", 0755).ok();
        alice().unlink("d").fails(Errno.EISDIR, Errno.EPERM);
        root().unlink("d").fails(Errno.EISDIR, Errno.EPERM);
        alice().unlink("missing").fails(Errno.ENOENT);
        alice().file("f", 0644);
        alice().unlink("f/").fails(Errno.ENOTDIR);
        alice().unlink("f").ok();
        alice().tryStat("f").fails(Errno.ENOENT);
    }

    @Test
    default void onlyEmptyDirectoriesAreRemoved() {
        alice().mkdir("d", 0755).ok();
        alice().file("d/f", 0644);
        alice().rmdir("d").fails(Errno.ENOTEMPTY, Errno.EEXIST);
        alice().rmdir("d/f").fails(Errno.ENOTDIR);
        alice().rmdir("missing").fails(Errno.ENOENT);
        alice().symlink("d", "l").ok();
        alice().rmdir("l").fails(Errno.ENOTDIR);
        alice().rmdir("d/.").fails(Errno.EINVAL);
        alice().rmdir("d/..").fails(Errno.ENOTEMPTY, Errno.EEXIST);
        alice().unlink("d/f").ok();
        alice().rmdir("d/").ok();
        alice().tryStat("d").fails(Errno.ENOENT);
    }

    @Test
    default void everyKindOfNodeIsRemoved() {
        root().mknod("p", Mode.FIFO | 0644, 0).ok();
        root().mknod("s", Mode.SOCKET | 0644, 0).ok();
        root().mknod("c", Mode.CHARACTER_DEVICE | 0644, 0x103).ok();
        root().symlink("d", "l").ok();
        root().mkdir("d", 0755).ok();
        for (var name : new String[] {"p", "s", "c", "l"}) {
            root().unlink(name).ok();
        }
        assertThat(root().list(".")).containsOnlyKeys("d");
    }

    @Test
    default void aFileOfAnotherIsRemovedFromADirectoryOfOnesOwn() {
        alice().mkdir("d", 0777).ok();
        bob().file("d/f", 0600);
        alice().unlink("d/f").ok();
        bob().mkdir("d/e", 0700).ok();
        alice().rmdir("d/e").ok();
    }
}
