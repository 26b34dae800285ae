package org.dpfs4j.tck.posix;

import static org.assertj.core.api.Assertions.assertThat;

import org.dpfs4j.wire.Mode;
import org.dpfs4j.wire.OpenFlags;
import org.junit.jupiter.api.Test;

/** Set-id bits that writing takes, and set-group-id directories. */
public interface SetIdRules extends PosixRules {
    private Actor programOf(Actor owner, int mode) {
        owner.file("f", "content");
        owner.chmod("f", mode).ok();
        return owner;
    }

    private int permissions() {
        return root().stat("f").permissions();
    }

    @Test
    default void writingTakesSetIdBits() {
        programOf(alice(), 06777);
        var fd = bob().open("f", OpenFlags.WRONLY).fd();
        assertThat(permissions()).isEqualTo(06777);
        bob().write(fd, "x").ok();
        assertThat(permissions()).isEqualTo(0777);
    }

    @Test
    default void writingByTheOwnerTakesSetIdBitsToo() {
        programOf(alice(), 06755);
        alice().pwrite(alice().open("f", OpenFlags.RDWR).fd(), "x", 3).ok();
        assertThat(permissions()).isEqualTo(0755);
    }

    @Test
    default void writingByRootKeepsSetIdBits() {
        programOf(alice(), 06755);
        root().write(root().open("f", OpenFlags.WRONLY).fd(), "x").ok();
        assertThat(permissions()).isEqualTo(06755);
    }

    @Test
    default void writingDirectlyTakesSetIdBits() {
        programOf(alice(), 06777);
        var fd = supported(bob().open("f", OpenFlags.WRONLY | OpenFlags.DIRECT)).fd();
        var aligned = bob().quiet(1, "mmap", 0, 4096, 3, 0x22, -1, 0).ok();
        assertThat(bob().quiet(1, "write", fd, aligned, 4096).ok()).isEqualTo(4096);
        assertThat(permissions()).isEqualTo(0777);
    }

    @Test
    default void aSetGroupIdBitWithoutTheRightToRunIsKeptByWritingOfMembers() {
        programOf(alice(), 02666);
        alice().write(alice().open("f", OpenFlags.WRONLY).fd(), "x").ok();
        assertThat(permissions()).isEqualTo(02666);
    }

    @Test
    default void truncatingTakesSetIdBits() {
        programOf(alice(), 06777);
        bob().truncate("f", 3).ok();
        assertThat(permissions()).isEqualTo(0777);
        alice().chmod("f", 06777).ok();
        bob().ftruncate(bob().open("f", OpenFlags.WRONLY).fd(), 1).ok();
        assertThat(permissions()).isEqualTo(0777);
    }

    @Test
    default void truncatingOnOpenTakesSetIdBits() {
        programOf(alice(), 06777);
        bob().open("f", OpenFlags.WRONLY | OpenFlags.TRUNC).ok();
        assertThat(permissions()).isEqualTo(0777);
    }

    @Test
    default void truncatingOnCreationTakesSetIdBits() {
        programOf(alice(), 06777);
        bob().open("f", OpenFlags.WRONLY | OpenFlags.TRUNC | OpenFlags.CREAT, 0644)
                .ok();
        assertThat(permissions()).isEqualTo(0777);
    }

    @Test
    default void allocatingTakesSetIdBits() {
        programOf(alice(), 06777);
        var fd = bob().open("f", OpenFlags.WRONLY).fd();
        supported(bob().fallocate(fd, 0, 0, 8192)).ok();
        assertThat(permissions()).isEqualTo(0777);
    }

    @Test
    default void directoriesGiveTheirGroupToWhatIsMadeInThem() {
        root().mkdir("d", 0).ok();
        root().chown("d", ROOT, STRANGERS).ok();
        root().chmod("d", 02777).ok();
        alice().file("d/f", 0644);
        alice().mkdir("d/e", 0755).ok();
        alice().mknod("d/p", Mode.FIFO | 0644, 0).ok();
        alice().symlink("x", "d/l").ok();
        for (var name : new String[] {"f", "e", "p", "l"}) {
            assertThat(alice().stat("d/" + name).gid()).as(name).isEqualTo(STRANGERS);
            assertThat(alice().stat("d/" + name).uid()).as(name).isEqualTo(ALICE);
        }
        assertThat(alice().stat("d/e").permissions())
                .as("directories hand the bit on")
                .isEqualTo(02755);
        assertThat(alice().stat("d/f").permissions()).isEqualTo(0644);
        alice().mkdir("d/e/inner", 0700).ok();
        assertThat(alice().stat("d/e/inner").gid()).isEqualTo(STRANGERS);
        assertThat(alice().stat("d/e/inner").permissions()).isEqualTo(02700);
    }

    @Test
    default void strangersMakeNoSetGroupIdProgramInTheDirectoryOfAGroup() {
        root().mkdir("d", 0).ok();
        root().chown("d", ROOT, STRANGERS).ok();
        root().chmod("d", 02777).ok();
        alice().file("d/f", 02755);
        assertThat(alice().stat("d/f").permissions()).isEqualTo(0755);
        root().file("d/g", 02755);
        assertThat(root().stat("d/g").permissions()).isEqualTo(02755);
    }

    @Test
    default void membersMakeSetGroupIdProgramsInTheDirectoryOfTheirGroup() {
        root().mkdir("d", 0).ok();
        root().chown("d", ROOT, TEAM).ok();
        root().chmod("d", 02777).ok();
        alice().file("d/f", 02755);
        assertThat(alice().stat("d/f").permissions()).isEqualTo(02755);
        assertThat(alice().stat("d/f").gid()).isEqualTo(TEAM);
    }

    @Test
    default void aMemberOfTenGroupsMakesSetGroupIdProgramsInTheDirectoryOfOne() {
        root().mkdir("d", 0).ok();
        root().chown("d", ROOT, TEAM).ok();
        root().chmod("d", 02777).ok();
        carol().file("d/f", 02755);
        assertThat(carol().stat("d/f").gid()).isEqualTo(TEAM);
        assertThat(carol().stat("d/f").permissions()).isEqualTo(02755);
        carol().mkdir("d/e", 0755).ok();
        assertThat(carol().stat("d/e").permissions()).isEqualTo(02755);
    }

    @Test
    default void otherDirectoriesGiveTheMakersGroup() {
        root().mkdir("d", 0777).ok();
        root().chown("d", BOB, STRANGERS).ok();
        alice().file("d/f", 0644);
        alice().mkdir("d/e", 0755).ok();
        assertThat(alice().stat("d/f").gid()).isEqualTo(ALICE);
        assertThat(alice().stat("d/e").gid()).isEqualTo(ALICE);
        assertThat(alice().stat("d/e").permissions()).isEqualTo(0755);
    }
}
