package org.dpfs4j.tck.posix;

import static org.assertj.core.api.Assertions.assertThat;

import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.Mode;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.RenameFlags;
import org.junit.jupiter.api.Test;

/** rename(2) and renameat2(2). */
public interface MoveRules extends PosixRules {
    @Test
    default void everyKindOfNodeIsMoved() {
        root().file("f", "content");
        root().mkdir("d", 0755).ok();
        root().mknod("p", Mode.FIFO | 0644, 0).ok();
        root().mknod("c", Mode.CHARACTER_DEVICE | 0644, 0x103).ok();
        root().symlink("f", "l").ok();
        root().mkdir("to", 0755).ok();
        for (var name : new String[] {"f", "d", "p", "c", "l"}) {
            var before = root().stat(name);
            root().rename(name, "to/" + name).ok();
            root().tryStat(name).fails(Errno.ENOENT);
            var after = root().stat("to/" + name);
            assertThat(after.inode()).isEqualTo(before.inode());
            assertThat(after.mode()).isEqualTo(before.mode());
            assertThat(after.links()).isEqualTo(before.links());
        }
        assertThat(root().content("to/f")).isEqualTo("content");
    }

    @Test
    default void aFileTakesThePlaceOfAFile() {
        alice().file("a", "new");
        alice().file("b", "old");
        alice().link("b", "c").ok();
        alice().rename("a", "b").ok();
        assertThat(alice().content("b")).isEqualTo("new");
        assertThat(alice().content("c")).isEqualTo("old");
        assertThat(alice().stat("c").links()).isEqualTo(1);
        alice().tryStat("a").fails(Errno.ENOENT);
    }

    @Test
    default void aDirectoryTakesThePlaceOfAnEmptyOneOnly() {
        alice().mkdir("a", 0755).ok();
        alice().file("a/f", 0644);
        alice().mkdir("empty", 0700).ok();
        alice().mkdir("full", 0755).ok();
        alice().file("full/g", 0644);
        alice().rename("a", "full").fails(Errno.ENOTEMPTY, Errno.EEXIST);
        alice().rename("a", "empty").ok();
        assertThat(alice().list("empty")).containsOnlyKeys("f");
        assertThat(alice().stat("empty").permissions()).isEqualTo(0755);
    }

    @Test
    default void likeReplacesLikeOnly() {
        root().file("f", 0644);
        root().mkdir("d", 0755).ok();
        root().symlink("d", "l").ok();
        root().mknod("p", Mode.FIFO | 0644, 0).ok();
        for (var name : new String[] {"f", "l", "p"}) {
            root().rename(name, "d").fails(Errno.EISDIR);
            root().rename("d", name).fails(Errno.ENOTDIR);
        }
        root().rename("f", "l").ok();
        assertThat(root().stat("l").type()).isEqualTo(Mode.REGULAR);
        root().rename("p", "l").ok();
        assertThat(root().stat("l").type()).isEqualTo(Mode.FIFO);
        assertThat(root().stat("d").isDirectory()).isTrue();
    }

    @Test
    default void aDirectoryIsNotMovedIntoItself() {
        alice().mkdir("d", 0755).ok();
        alice().mkdir("d/e", 0755).ok();
        alice().rename("d", "d/f").fails(Errno.EINVAL);
        alice().rename("d", "d/e/f").fails(Errno.EINVAL);
        alice().rename("d/e", "d").fails(Errno.ENOTEMPTY, Errno.EEXIST);
        alice().rename("d", "d").ok();
        alice().rename("d/.", "f").fails(Errno.EINVAL, Errno.EBUSY);
        alice().rename("d/..", "f").fails(Errno.EINVAL, Errno.EBUSY);
        alice().rename("d", "d/e/..").fails(Errno.EINVAL, Errno.EBUSY);
    }

    @Test
    default void movingBetweenTwoNamesOfOneFileDoesNothing() {
        alice().file("a", 0644);
        alice().link("a", "b").ok();
        alice().rename("a", "b").ok();
        assertThat(alice().list(".")).containsOnlyKeys("a", "b");
        assertThat(alice().stat("a").links()).isEqualTo(2);
        alice().rename("a", "a").ok();
    }

    @Test
    default void whatIsMissingIsNotMoved() {
        alice().file("f", 0644);
        alice().rename("missing", "x").fails(Errno.ENOENT);
        alice().rename("missing/f", "x").fails(Errno.ENOENT);
        alice().rename("f", "missing/x").fails(Errno.ENOENT);
        alice().rename("f/x", "y").fails(Errno.ENOTDIR);
        alice().rename("f", "f/y").fails(Errno.ENOTDIR);
        alice().rename("f", "y/").fails(Errno.ENOTDIR);
        alice().rename("f", "").fails(Errno.ENOENT);
    }

    @Test
    default void movingMarksBothDirectoriesAndTheChangeTime() {
        alice().mkdir("from", 0755).ok();
        alice().mkdir("to", 0755).ok();
        alice().file("from/f", 0644);
        marks(
                "from",
                Times.MODIFY_AND_CHANGE,
                () -> alice().rename("from/f", "to/f").ok());
        marks(
                "from",
                Times.MODIFY_AND_CHANGE,
                () -> alice().rename("to/f", "from/f").ok());
        marks(
                "to",
                Times.MODIFY_AND_CHANGE,
                () -> alice().rename("from/f", "to/f").ok());
        var before = alice().stat("to/f");
        root().tick();
        alice().rename("to/f", "to/g").ok();
        var after = alice().stat("to/g");
        assertThat(after.changed()).isGreaterThanOrEqualTo(before.changed());
        assertThat(after.modified()).isEqualTo(before.modified());
    }

    @Test
    default void aReplacedFileThatIsOpenLosesItsName() {
        alice().file("a", "new");
        alice().file("b", "old");
        var fd = alice().open("b", OpenFlags.RDWR).fd();
        alice().rename("a", "b").ok();
        assertThat(alice().fstat(fd).links()).isZero();
        assertThat(alice().pread(fd, 10, 0).text()).isEqualTo("old");
        assertThat(alice().content("b")).isEqualTo("new");
    }

    @Test
    default void anOpenFileFollowsItsName() {
        alice().file("a", "content");
        alice().mkdir("d", 0755).ok();
        var fd = alice().open("a", OpenFlags.RDWR).fd();
        var directory = alice().open("d", OpenFlags.DIRECTORY).fd();
        alice().rename("a", "d/b").ok();
        alice().rename("d", "e").ok();
        alice().pwrite(fd, "C", 0).ok();
        assertThat(alice().content("e/b")).isEqualTo("Content");
        alice().call("openat", directory, "b", OpenFlags.RDONLY, 0).ok();
    }

    @Test
    default void dotDotOfAMovedDirectoryIsItsNewPlace() {
        alice().mkdir("a", 0755).ok();
        alice().mkdir("b", 0755).ok();
        alice().mkdir("a/d", 0755).ok();
        alice().stat("a/d/..");
        alice().rename("a/d", "b/d").ok();
        assertThat(alice().stat("b/d/..").inode()).isEqualTo(alice().stat("b").inode());
        assertThat(alice().stat("a").links()).isEqualTo(2);
        assertThat(alice().stat("b").links()).isEqualTo(3);
    }

    @Test
    default void noReplaceReplacesNothing() {
        alice().file("a", "a");
        alice().file("b", "b");
        alice().mkdir("d", 0755).ok();
        supported(alice().rename("a", "b", RenameFlags.NOREPLACE)).fails(Errno.EEXIST);
        alice().rename("a", "d", RenameFlags.NOREPLACE).fails(Errno.EEXIST);
        alice().rename("d", "a", RenameFlags.NOREPLACE).fails(Errno.EEXIST);
        alice().rename("a", "a", RenameFlags.NOREPLACE).fails(Errno.EEXIST);
        alice().rename("a", "c", RenameFlags.NOREPLACE).ok();
        assertThat(alice().content("c")).isEqualTo("a");
        assertThat(alice().content("b")).isEqualTo("b");
    }

    @Test
    default void exchangeSwapsAnyTwo() {
        alice().file("f", "f");
        alice().mkdir("d", 0755).ok();
        alice().file("d/inner", 0644);
        alice().symlink("x", "l").ok();
        alice().mkdir("e", 0755).ok();
        alice().rename("f", "e/none", RenameFlags.EXCHANGE).fails(Errno.ENOENT);
        alice().rename("f", "d", RenameFlags.EXCHANGE).ok();
        assertThat(alice().content("d")).isEqualTo("f");
        assertThat(alice().list("f")).containsOnlyKeys("inner");
        alice().rename("f", "l", RenameFlags.EXCHANGE).ok();
        assertThat(alice().readlink("f").text()).isEqualTo("x");
        assertThat(alice().list("l")).containsOnlyKeys("inner");
        alice().rename("l", "e", RenameFlags.EXCHANGE).ok();
        assertThat(alice().list("e")).containsOnlyKeys("inner");
        alice().rename("e", "e/inner", RenameFlags.EXCHANGE).fails(Errno.EINVAL);
        alice().rename("e/inner", "e", RenameFlags.EXCHANGE).fails(Errno.EINVAL, Errno.ENOTEMPTY);
    }

    @Test
    default void exchangeAcrossDirectoriesMovesTheirLinkCounts() {
        alice().mkdir("a", 0755).ok();
        alice().mkdir("b", 0755).ok();
        alice().mkdir("a/d", 0755).ok();
        alice().file("b/f", 0644);
        alice().rename("a/d", "b/f", RenameFlags.EXCHANGE).ok();
        assertThat(alice().stat("a").links()).isEqualTo(2);
        assertThat(alice().stat("b").links()).isEqualTo(3);
    }

    @Test
    default void aWhiteoutStaysWhereAFileWas() {
        root().file("f", "content");
        supported(root().rename("f", "g", RenameFlags.WHITEOUT)).ok();
        assertThat(root().content("g")).isEqualTo("content");
        assertThat(root().stat("f").type()).isEqualTo(Mode.CHARACTER_DEVICE);
        assertThat(root().stat("f").device()).isZero();
    }

    @Test
    default void flagsThatMeanNothingAreRefused() {
        alice().file("a", 0644);
        alice().file("b", 0644);
        alice().rename("a", "b", 1 << 30).fails(Errno.EINVAL);
        alice().rename("a", "b", RenameFlags.NOREPLACE | RenameFlags.EXCHANGE).fails(Errno.EINVAL);
        alice().rename("a", "b", RenameFlags.WHITEOUT | RenameFlags.EXCHANGE).fails(Errno.EINVAL);
    }

    @Test
    default void aDirectoryOfAnotherIsReplacedWhereAllowed() {
        alice().mkdir("d", 0777).ok();
        bob().file("d/f", 0644);
        bob().mkdir("d/e", 0755).ok();
        alice().file("d/g", "alices");
        alice().rename("d/g", "d/f").ok();
        assertThat(bob().stat("d/f").uid()).isEqualTo(ALICE);
        alice().mkdir("d/h", 0755).ok();
        alice().rename("d/h", "d/e").ok();
        assertThat(bob().stat("d/e").uid()).isEqualTo(ALICE);
    }
}
