package org.dpfs4j.tck.posix;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.Mode;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.XattrFlags;
import org.junit.jupiter.api.Test;

/** Extended attributes, and the access control lists that live in them. */
public interface XattrRules extends PosixRules {
    String ACCESS_LIST = "system.posix_acl_access";
    String DEFAULT_LIST = "system.posix_acl_default";
    int USER_OBJECT = 1;
    int USER = 2;
    int GROUP_OBJECT = 4;
    int GROUP = 8;
    int MASK = 16;
    int OTHER = 32;

    private static Result set(Actor actor, String path, String name, String value, int flags) {
        return actor.call("lsetxattr", path, name, value, value.length(), flags);
    }

    private static Result get(Actor actor, String path, String name) {
        return actor.call("lgetxattr", path, name, Actor.Room.of(4096), 4096);
    }

    /** Names that begin so; others are the system's. */
    private static String[] names(Actor actor, String path, String prefix) {
        var list = actor.quiet(1, "llistxattr", path, Actor.Room.of(4096), 4096).text();
        return Arrays.stream(list.split("\0", -1))
                .filter(name -> name.startsWith(prefix))
                .sorted()
                .toArray(String[]::new);
    }

    /** An access control list of tag, permissions and id. */
    private static String list(int... entries) {
        var bytes = ByteBuffer.allocate(4 + entries.length / 3 * 8).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(2);
        for (var at = 0; at < entries.length; at += 3) {
            bytes.putShort((short) entries[at])
                    .putShort((short) entries[at + 1])
                    .putInt(entries[at + 2]);
        }
        return new String(bytes.array(), ISO_8859_1);
    }

    private static Result setList(Actor actor, String path, String name, String list) {
        var bytes = list.getBytes(ISO_8859_1);
        return actor.call("setxattr", path, name, bytes, bytes.length, 0);
    }

    @Test
    default void attributesAreSetReadListedAndRemoved() {
        alice().file("f", 0644);
        supported(set(alice(), "f", "user.one", "value", 0)).ok();
        set(alice(), "f", "user.two", "", 0).ok();
        assertThat(get(alice(), "f", "user.one").text()).isEqualTo("value");
        assertThat(get(alice(), "f", "user.two").ok()).isZero();
        assertThat(names(alice(), "f", "user.")).containsExactly("user.one", "user.two");
        set(alice(), "f", "user.one", "other", 0).ok();
        assertThat(get(alice(), "f", "user.one").text()).isEqualTo("other");
        alice().call("lremovexattr", "f", "user.one").ok();
        get(alice(), "f", "user.one").fails(Errno.ENODATA);
        alice().call("lremovexattr", "f", "user.one").fails(Errno.ENODATA);
        assertThat(names(alice(), "f", "user.")).containsExactly("user.two");
    }

    @Test
    default void attributesOfDirectoriesAndOpenFilesWork() {
        alice().mkdir("d", 0755).ok();
        alice().file("f", 0644);
        supported(set(alice(), "d", "user.d", "v", 0)).ok();
        assertThat(get(alice(), "d", "user.d").text()).isEqualTo("v");
        var fd = alice().open("f", OpenFlags.RDONLY).fd();
        alice().call("fsetxattr", fd, "user.x", "v", 1, 0).ok();
        assertThat(alice().call("fgetxattr", fd, "user.x", Actor.Room.of(10), 10)
                        .text())
                .isEqualTo("v");
        alice().unlink("f").ok();
        assertThat(alice().call("fgetxattr", fd, "user.x", Actor.Room.of(10), 10)
                        .text())
                .isEqualTo("v");
        alice().call("fremovexattr", fd, "user.x").ok();
    }

    @Test
    default void creatingAndReplacingAreDifferent() {
        alice().file("f", 0644);
        supported(set(alice(), "f", "user.x", "a", XattrFlags.CREATE)).ok();
        set(alice(), "f", "user.x", "b", XattrFlags.CREATE).fails(Errno.EEXIST);
        set(alice(), "f", "user.y", "b", XattrFlags.REPLACE).fails(Errno.ENODATA);
        set(alice(), "f", "user.x", "c", XattrFlags.REPLACE).ok();
        set(alice(), "f", "user.x", "c", 4).fails(Errno.EINVAL);
        assertThat(get(alice(), "f", "user.x").text()).isEqualTo("c");
    }

    @Test
    default void sizesAreAskedForAndRoomIsChecked() {
        alice().file("f", 0644);
        supported(set(alice(), "f", "user.x", "0123456789", 0)).ok();
        assertThat(alice().call("lgetxattr", "f", "user.x", 0, 0).ok()).isEqualTo(10);
        alice().call("lgetxattr", "f", "user.x", Actor.Room.of(9), 9).fails(Errno.ERANGE);
        assertThat(alice().call("lgetxattr", "f", "user.x", Actor.Room.of(10), 10)
                        .ok())
                .isEqualTo(10);
        assertThat(alice().quiet(1, "llistxattr", "f", 0, 0).ok()).isGreaterThanOrEqualTo(7);
        alice().call("llistxattr", "f", Actor.Room.of(3), 3).fails(Errno.ERANGE);
    }

    @Test
    default void namesAndValuesHaveLimits() {
        alice().file("f", 0644);
        supported(set(alice(), "f", "user." + "n".repeat(250), "v", 0)).ok();
        set(alice(), "f", "user." + "n".repeat(251), "v", 0).fails(Errno.ERANGE);
        set(alice(), "f", "user.", "v", 0).fails(Errno.EINVAL);
        set(alice(), "f", "", "v", 0).fails(Errno.ERANGE);
        set(alice(), "f", "nowhere.x", "v", 0).fails(Errno.EOPNOTSUPP);
        set(alice(), "f", "nodots", "v", 0).fails(Errno.EOPNOTSUPP);
        alice().call("lsetxattr", "f", "user.x", "v", 65537, 0).fails(Errno.E2BIG);
    }

    @Test
    default void everyByteMayStandInAValue() {
        alice().file("f", 0644);
        var value = new byte[256];
        for (var at = 0; at < 256; at++) {
            value[at] = (byte) at;
        }
        supported(alice().call("lsetxattr", "f", "user.x", value, 256, 0)).ok();
        assertThat(get(alice(), "f", "user.x").bytes()).isEqualTo(value);
    }

    @Test
    default void userAttributesFollowThePermissions() {
        alice().file("f", 0644);
        supported(set(alice(), "f", "user.x", "v", 0)).ok();
        assertThat(get(bob(), "f", "user.x").text()).isEqualTo("v");
        set(bob(), "f", "user.x", "w", 0).fails(Errno.EACCES);
        bob().call("lremovexattr", "f", "user.x").fails(Errno.EACCES);
        alice().chmod("f", 0600).ok();
        get(bob(), "f", "user.x").fails(Errno.EACCES);
    }

    @Test
    default void userAttributesBelongToFilesAndDirectoriesOnly() {
        root().file("f", 0644);
        supported(set(root(), "f", "user.x", "v", 0)).ok();
        root().symlink("f", "l").ok();
        root().mknod("p", Mode.FIFO | 0644, 0).ok();
        set(root(), "l", "user.x", "v", 0).fails(Errno.EPERM);
        set(root(), "p", "user.x", "v", 0).fails(Errno.EPERM);
        get(root(), "l", "user.x").fails(Errno.ENODATA);
    }

    @Test
    default void trustedAttributesBelongToRoot() {
        alice().file("f", 0666);
        supported(set(root(), "f", "trusted.x", "v", 0)).ok();
        assertThat(get(root(), "f", "trusted.x").text()).isEqualTo("v");
        set(alice(), "f", "trusted.y", "v", 0).fails(Errno.EPERM);
        get(alice(), "f", "trusted.x").fails(Errno.ENODATA);
        assertThat(names(root(), "f", "trusted.")).containsExactly("trusted.x");
        assertThat(names(alice(), "f", "trusted.")).isEmpty();
        root().symlink("f", "l").ok();
        set(root(), "l", "trusted.x", "of the link", 0).ok();
        assertThat(get(root(), "l", "trusted.x").text()).isEqualTo("of the link");
    }

    @Test
    default void settingAnAttributeMarksTheChangeTime() {
        alice().file("f", 0644);
        supported(set(alice(), "f", "user.y", "v", 0)).ok();
        marks("f", Times.CHANGE, () -> set(alice(), "f", "user.x", "v", 0).ok());
        marks(
                "f",
                Times.CHANGE,
                () -> alice().call("lremovexattr", "f", "user.x").ok());
        marks("f", Times.NONE, () -> get(alice(), "f", "user.y").ok());
    }

    @Test
    default void capabilitiesOfAProgramAreLostByWriting() {
        root().file("f", 0755);
        root().chmod("f", 0777).ok();
        var capability = new byte[20];
        capability[3] = 2;
        capability[4] = 1 << 5;
        supported(root().call("setxattr", "f", "security.capability", capability, 20, 0))
                .ok();
        assertThat(get(root(), "f", "security.capability").bytes()).isEqualTo(capability);
        set(alice(), "f", "security.capability", "x", 0).fails(Errno.EPERM, Errno.EINVAL);
        bob().write(bob().open("f", OpenFlags.WRONLY).fd(), "x").ok();
        get(root(), "f", "security.capability").fails(Errno.ENODATA);
    }

    @Test
    default void anAccessListNamesUsersAndGroups() {
        alice().file("f", "content");
        alice().chmod("f", 0600).ok();
        var list =
                list(USER_OBJECT, 6, -1, USER, 4, BOB, GROUP_OBJECT, 0, -1, GROUP, 6, TEAM, MASK, 6, -1, OTHER, 0, -1);
        supported(setList(alice(), "f", ACCESS_LIST, list)).ok();
        assertThat(alice().stat("f").permissions()).isEqualTo(0660);
        assertThat(bob().content("f")).isEqualTo("content");
        bob().open("f", OpenFlags.WRONLY).fails(Errno.EACCES);
        bob().access("f", 4).ok();
        bob().access("f", 2).fails(Errno.EACCES);
        carol().open("f", OpenFlags.RDWR).ok();
        alice().chmod("f", 0640).ok();
        carol().open("f", OpenFlags.RDWR).fails(Errno.EACCES);
        carol().open("f", OpenFlags.RDONLY).ok();
        alice().call("removexattr", "f", ACCESS_LIST).ok();
        bob().open("f", OpenFlags.RDONLY).fails(Errno.EACCES);
        setList(bob(), "f", ACCESS_LIST, list).fails(Errno.EPERM);
    }

    @Test
    default void anAccessListThatIsJustTheModeIsTheMode() {
        alice().file("f", 0600);
        supported(setList(alice(), "f", ACCESS_LIST, list(USER_OBJECT, 7, -1, GROUP_OBJECT, 5, -1, OTHER, 1, -1)))
                .ok();
        assertThat(alice().stat("f").permissions()).isEqualTo(0751);
        get(alice(), "f", ACCESS_LIST).fails(Errno.ENODATA);
        setList(alice(), "f", ACCESS_LIST, list(USER_OBJECT, 7, -1)).fails(Errno.EINVAL);
        setList(alice(), "f", ACCESS_LIST, "x").fails(Errno.EINVAL);
        setList(alice(), "f", DEFAULT_LIST, list(USER_OBJECT, 7, -1, GROUP_OBJECT, 5, -1, OTHER, 1, -1))
                .fails(Errno.EACCES);
    }

    @Test
    default void aDefaultListIsInheritedAndReplacesTheUmask() {
        alice().mkdir("d", 0755).ok();
        var list = list(USER_OBJECT, 7, -1, USER, 7, BOB, GROUP_OBJECT, 5, -1, MASK, 7, -1, OTHER, 0, -1);
        supported(setList(alice(), "d", DEFAULT_LIST, list)).ok();
        var actor = alice().umask(077);
        actor.file("d/f", 0666);
        actor.mkdir("d/e", 0777).ok();
        actor.umask(0);
        assertThat(alice().stat("d/f").permissions()).isEqualTo(0660);
        assertThat(alice().stat("d/e").permissions()).isEqualTo(0770);
        assertThat(get(alice(), "d/e", DEFAULT_LIST).bytes()).isEqualTo(list.getBytes(ISO_8859_1));
        get(alice(), "d/f", DEFAULT_LIST).fails(Errno.ENODATA);
        bob().open("d/f", OpenFlags.RDWR).ok();
        bob().file("d/e/g", 0600);
        carol().open("d/f", OpenFlags.RDONLY).fails(Errno.EACCES);
    }

    @Test
    default void aChangedListTakesAStrangersSetGroupIdBit() {
        root().file("f", 0755);
        root().chown("f", ALICE, STRANGERS).ok();
        root().chmod("f", 02755).ok();
        var list = list(USER_OBJECT, 7, -1, GROUP_OBJECT, 5, -1, OTHER, 5, -1);
        supported(setList(alice(), "f", ACCESS_LIST, list)).ok();
        assertThat(alice().stat("f").permissions()).isEqualTo(0755);
    }
}
