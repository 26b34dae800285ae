package org.dpfs4j.tck.posix;

import static org.assertj.core.api.Assertions.assertThat;

import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.Mode;
import org.dpfs4j.wire.OpenFlags;
import org.junit.jupiter.api.Test;

/** chmod(2), chown(2), and what they and writing do to set-id bits. */
public interface OwnershipRules extends PosixRules {
    int SET_IDS = Mode.SET_UID | Mode.SET_GID;

    @Test
    default void theOwnerChangesEveryBitOfTheMode() {
        alice().file("f", 0644);
        alice().mkdir("d", 0755).ok();
        for (var mode : new int[] {0, 0111, 0222, 0444, 0777, 01755, 02755, 04755, 07777}) {
            alice().chmod("f", mode).ok();
            assertThat(alice().stat("f").permissions()).isEqualTo(mode);
            alice().chmod("d", mode).ok();
            assertThat(alice().stat("d").permissions()).isEqualTo(mode);
        }
    }

    @Test
    default void onlyTheOwnerAndRootChangeTheMode() {
        alice().file("f", 0666);
        bob().chmod("f", 0777).fails(Errno.EPERM);
        carol().chmod("f", 0777).fails(Errno.EPERM);
        var fd = bob().open("f", OpenFlags.RDWR).fd();
        bob().fchmod(fd, 0777).fails(Errno.EPERM);
        root().chmod("f", 0600).ok();
        assertThat(alice().stat("f").mode()).isEqualTo(Mode.REGULAR | 0600);
        assertThat(alice().stat("f").uid()).isEqualTo(ALICE);
    }

    @Test
    default void changingTheModeMarksTheChangeTimeOnly() {
        alice().file("f", 0644);
        alice().mkdir("d", 0755).ok();
        marks("f", Times.CHANGE, () -> alice().chmod("f", 0600).ok());
        marks("f", Times.CHANGE, () -> alice().chmod("f", 0600).ok());
        marks("d", Times.CHANGE, () -> alice().chmod("d", 0700).ok());
        marks("f", Times.NONE, () -> bob().chmod("f", 0777).fails(Errno.EPERM));
    }

    @Test
    default void changingTheModeFollowsLinks() {
        alice().file("f", 0644);
        alice().symlink("f", "l").ok();
        alice().chmod("l", 0600).ok();
        assertThat(alice().stat("f").permissions()).isEqualTo(0600);
        assertThat(alice().stat("l").permissions()).isEqualTo(0777);
    }

    @Test
    default void theModeOfSpecialFilesChanges() {
        root().mknod("p", Mode.FIFO | 0644, 0).ok();
        root().mknod("s", Mode.SOCKET | 0644, 0).ok();
        root().mknod("c", Mode.CHARACTER_DEVICE | 0644, 0x103).ok();
        for (var name : new String[] {"p", "s", "c"}) {
            var before = root().stat(name);
            root().chmod(name, 0111).ok();
            assertThat(root().stat(name).mode()).isEqualTo(before.type() | 0111);
            root().chown(name, BOB, TEAM).ok();
            assertThat(root().stat(name).uid()).isEqualTo(BOB);
        }
    }

    @Test
    default void aStrangersGroupTakesTheSetGroupIdBit() {
        root().file("f", 0755);
        root().chown("f", ALICE, STRANGERS).ok();
        alice().chmod("f", 02755).ok();
        assertThat(alice().stat("f").permissions()).isEqualTo(0755);
        root().mkdir("d", 0755).ok();
        root().chown("d", ALICE, STRANGERS).ok();
        alice().chmod("d", 02755).ok();
        assertThat(alice().stat("d").permissions()).isEqualTo(0755);
    }

    @Test
    default void aGroupOfTheOwnerKeepsTheSetGroupIdBit() {
        root().file("f", 0755);
        root().chown("f", ALICE, TEAM).ok();
        alice().chmod("f", 02755).ok();
        assertThat(alice().stat("f").permissions()).isEqualTo(02755);
        root().file("g", 0755);
        root().chown("g", CAROL, 61009).ok();
        carol().chmod("g", 02755).ok();
        assertThat(carol().stat("g").permissions()).isEqualTo(02755);
    }

    @Test
    default void rootGivesFilesAway() {
        root().file("f", 0644);
        root().mkdir("d", 0755).ok();
        for (var name : new String[] {"f", "d"}) {
            root().chown(name, ALICE, STRANGERS).ok();
            var stat = root().stat(name);
            assertThat(stat.uid()).isEqualTo(ALICE);
            assertThat(stat.gid()).isEqualTo(STRANGERS);
            root().chown(name, BOB, -1).ok();
            assertThat(root().stat(name).gid()).isEqualTo(STRANGERS);
            root().chown(name, -1, TEAM).ok();
            assertThat(root().stat(name).uid()).isEqualTo(BOB);
        }
    }

    @Test
    default void theOwnerGivesTheFileToGroupsOfHersOnly() {
        alice().file("f", 0644);
        alice().chown("f", -1, TEAM).ok();
        assertThat(alice().stat("f").gid()).isEqualTo(TEAM);
        alice().chown("f", ALICE, ALICE).ok();
        alice().chown("f", -1, STRANGERS).fails(Errno.EPERM);
        alice().chown("f", BOB, -1).fails(Errno.EPERM);
        alice().chown("f", BOB, TEAM).fails(Errno.EPERM);
        alice().chown("f", ROOT, ROOT).fails(Errno.EPERM);
        assertThat(alice().stat("f").gid()).isEqualTo(ALICE);
    }

    @Test
    default void othersDoNotChangeTheOwner() {
        alice().file("f", 0777);
        bob().chown("f", BOB, BOB).fails(Errno.EPERM);
        bob().chown("f", -1, BOB).fails(Errno.EPERM);
        bob().chown("f", ALICE, ALICE).fails(Errno.EPERM);
        carol().chown("f", -1, TEAM).fails(Errno.EPERM);
    }

    @Test
    default void nothingToChangeIsAllowedToTheOwner() {
        alice().file("f", 0644);
        alice().chown("f", -1, -1).ok();
        alice().chown("f", ALICE, -1).ok();
        alice().chown("f", -1, ALICE).ok();
    }

    @Test
    default void aLinkHasAnOwnerOfItsOwn() {
        root().file("f", 0644);
        root().symlink("f", "l").ok();
        root().lchown("l", ALICE, TEAM).ok();
        assertThat(root().stat("l").uid()).isEqualTo(ALICE);
        assertThat(root().stat("f").uid()).isZero();
        root().chown("l", BOB, BOB).ok();
        assertThat(root().stat("f").uid()).isEqualTo(BOB);
        assertThat(root().stat("l").gid()).isEqualTo(TEAM);
        alice().lchown("l", -1, ALICE).ok();
        bob().lchown("l", -1, BOB).fails(Errno.EPERM);
    }

    @Test
    default void changingTheOwnerMarksTheChangeTimeOnly() {
        alice().file("f", 0644);
        marks("f", Times.CHANGE, () -> alice().chown("f", -1, TEAM).ok());
        marks("f", Times.CHANGE, () -> root().chown("f", BOB, BOB).ok());
        marks("f", Times.NONE, () -> alice().chown("f", ALICE, -1).fails(Errno.EPERM));
    }

    @Test
    default void changingTheGroupClearsSetIdBitsOfProgramsOfUsers() {
        alice().file("f", 0);
        alice().chmod("f", 06755).ok();
        alice().chown("f", -1, TEAM).ok();
        assertThat(alice().stat("f").permissions()).isEqualTo(0755);
        alice().chmod("f", 06755).ok();
        alice().chown("f", ALICE, -1).ok();
        assertThat(alice().stat("f").permissions()).isEqualTo(0755);
    }

    @Test
    default void changingTheOwnerClearsSetIdBitsForRootToo() {
        alice().file("f", 0);
        alice().chmod("f", 06755).ok();
        root().chown("f", BOB, BOB).ok();
        assertThat(root().stat("f").permissions()).isEqualTo(0755);
    }

    @Test
    default void changingTheOwnerKeepsTheBitsOfDirectories() {
        alice().mkdir("d", 0755).ok();
        alice().chmod("d", 07755).ok();
        root().chown("d", BOB, TEAM).ok();
        assertThat(root().stat("d").permissions()).isEqualTo(07755);
        alice().mkdir("e", 0755).ok();
        alice().chmod("e", 06755).ok();
        alice().chown("e", -1, TEAM).ok();
        assertThat(alice().stat("e").permissions()).isEqualTo(06755);
    }

    @Test
    default void aSetGroupIdBitThatMeansNothingMayStay() {
        alice().file("f", 0);
        alice().chmod("f", 02644).ok();
        alice().chown("f", -1, TEAM).ok();
        assertThat(alice().stat("f").permissions()).isEqualTo(02644);
    }

    @Test
    default void anyDescriptorOfTheOwnerChangesModeOwnerAndTimes() {
        alice().file("f", 0444);
        var fd = alice().open("f", OpenFlags.RDONLY).fd();
        alice().fchmod(fd, 0640).ok();
        alice().call("fchown", fd, -1, TEAM).ok();
        alice().call("utimensat", fd, 0, new byte[32], 0).ok();
        var stat = alice().stat("f");
        assertThat(stat.permissions()).isEqualTo(0640);
        assertThat(stat.gid()).isEqualTo(TEAM);
        assertThat(stat.modified()).isEqualTo(new Stat.Time(0, 0));
        var directory = alice().open(".", OpenFlags.DIRECTORY).fd();
        alice().fchmod(directory, 0777).fails(Errno.EPERM);
    }

    @Test
    default void ownersBeyondThirtyOneBitsAreKept() {
        root().file("f", 0644);
        root().chown("f", 0x7FFF_FFFF, 0xFFFF_FFFE).ok();
        assertThat(root().stat("f").uid()).isEqualTo(0x7FFF_FFFF);
        assertThat(root().stat("f").gid()).isEqualTo(0xFFFF_FFFE);
    }
}
