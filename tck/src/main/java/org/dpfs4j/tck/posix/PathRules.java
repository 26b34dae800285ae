package org.dpfs4j.tck.posix;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.Mode;
import org.dpfs4j.wire.OpenFlags;
import org.junit.jupiter.api.Test;

/** Names and paths: their bytes, their lengths, and what stands in the way; for every call that takes a path. */
public interface PathRules extends PosixRules {
    /** Longest name, in bytes. */
    int NAME_MAX = 255;
    /** Longest path without its NUL, in bytes. */
    int PATH_MAX = 4095;

    /** Every call that takes a path and needs what it names to be there. */
    private static Map<String, BiFunction<Actor, String, Result>> finding() {
        var calls = new LinkedHashMap<String, BiFunction<Actor, String, Result>>();
        calls.put("open", (actor, path) -> actor.open(path, OpenFlags.RDONLY));
        calls.put("stat", Actor::tryStat);
        calls.put("access", (actor, path) -> actor.access(path, 0));
        calls.put("chmod", (actor, path) -> actor.chmod(path, 0644));
        calls.put("chown", (actor, path) -> actor.chown(path, -1, -1));
        calls.put("lchown", (actor, path) -> actor.lchown(path, -1, -1));
        calls.put("utimens", (actor, path) -> actor.times(path, 1, 0, 1, 0));
        calls.put("truncate", (actor, path) -> actor.truncate(path, 0));
        calls.put("readlink", Actor::readlink);
        calls.put("unlink", Actor::unlink);
        calls.put("rmdir", Actor::rmdir);
        calls.put("link from", (actor, path) -> actor.link(path, "other"));
        calls.put("rename from", (actor, path) -> actor.rename(path, "other"));
        calls.put("statfs", (actor, path) -> actor.quiet(1, "statfs", path, Actor.Room.of(256)));
        calls.put("chdir", (actor, path) -> actor.call("chdir", path));
        calls.put("getxattr", (actor, path) -> actor.call("getxattr", path, "user.x", Actor.Room.of(8), 8));
        calls.put("setxattr", (actor, path) -> actor.call("setxattr", path, "user.x", "v", 1, 0));
        calls.put("listxattr", (actor, path) -> actor.call("listxattr", path, Actor.Room.of(8), 8));
        calls.put("removexattr", (actor, path) -> actor.call("removexattr", path, "user.x"));
        return calls;
    }

    /** Every call that takes a path and makes it. */
    private static Map<String, BiFunction<Actor, String, Result>> making() {
        var calls = new LinkedHashMap<String, BiFunction<Actor, String, Result>>();
        calls.put("create", (actor, path) -> actor.open(path, OpenFlags.CREAT | OpenFlags.WRONLY, 0644));
        calls.put("mkdir", (actor, path) -> actor.mkdir(path, 0755));
        calls.put("mknod", (actor, path) -> actor.mknod(path, Mode.REGULAR | 0644, 0));
        calls.put("mkfifo", (actor, path) -> actor.mknod(path, Mode.FIFO | 0644, 0));
        calls.put("symlink", (actor, path) -> actor.symlink("x", path));
        calls.put("link to", (actor, path) -> actor.link("source", path));
        calls.put("rename to", (actor, path) -> actor.rename("source", path));
        return calls;
    }

    private void allFail(Actor actor, String path, Errno... expected) {
        finding().values().forEach(call -> call.apply(actor, path).fails(expected));
        making().values().forEach(call -> call.apply(actor, path).fails(expected));
    }

    @Test
    default void whatIsMissingIsNotFound() {
        finding().values().forEach(call -> call.apply(alice(), "missing").fails(Errno.ENOENT));
        alice().file("source", 0644);
        allFail(alice(), "missing/name", Errno.ENOENT);
        allFail(alice(), "", Errno.ENOENT);
    }

    @Test
    default void aFileIsNoDirectoryOnTheWay() {
        alice().file("source", 0644);
        alice().file("f", 0644);
        alice().mknod("p", Mode.FIFO | 0644, 0).ok();
        allFail(alice(), "f/name", Errno.ENOTDIR);
        allFail(alice(), "p/name", Errno.ENOTDIR);
    }

    @Test
    default void aDirectoryThatMayNotBeSearchedIsTheEndOfTheWay() {
        bob().file("source", 0666);
        alice().mkdir("d", 0755).ok();
        alice().file("d/name", 0777);
        alice().chmod("d", 0666).ok();
        allFail(bob(), "d/name", Errno.EACCES);
    }

    @Test
    default void aLoopOfLinksIsTheEndOfTheWay() {
        alice().file("source", 0644);
        alice().symlink("b", "a").ok();
        alice().symlink("a", "b").ok();
        allFail(alice(), "a/name", Errno.ELOOP);
        alice().open("a", OpenFlags.RDONLY).fails(Errno.ELOOP);
        alice().chmod("a", 0644).fails(Errno.ELOOP);
        alice().truncate("a", 0).fails(Errno.ELOOP);
        alice().open("a", OpenFlags.CREAT | OpenFlags.WRONLY, 0644).fails(Errno.ELOOP);
    }

    @Test
    default void fortyLinksAreFollowedAndNoMore() {
        alice().file("l0", "end");
        for (var number = 1; number <= 41; number++) {
            alice().symlink("l" + (number - 1), "l" + number).ok();
        }
        assertThat(alice().content("l40")).isEqualTo("end");
        alice().open("l41", OpenFlags.RDONLY).fails(Errno.ELOOP);
    }

    @Test
    default void aNameOf256BytesIsTooLong() {
        alice().file("source", 0644);
        allFail(alice(), "n".repeat(NAME_MAX + 1), Errno.ENAMETOOLONG);
        allFail(alice(), "n".repeat(NAME_MAX + 1) + "/name", Errno.ENAMETOOLONG);
        allFail(alice(), "\u00E4".repeat(128), Errno.ENAMETOOLONG);
    }

    @Test
    default void aNameOf255BytesIsAnOrdinaryName() {
        alice().file("source", "content");
        for (var call : making().values()) {
            var name = "n".repeat(NAME_MAX);
            call.apply(alice(), name).ok();
            assertThat(alice().list(".")).containsKey(name);
            if (alice().stat(name).isDirectory()) {
                alice().rmdir(name).ok();
            } else {
                alice().unlink(name).ok();
            }
        }
    }

    @Test
    default void aPathOf4096BytesIsTooLong() {
        alice().file("source", 0644);
        allFail(alice(), "./".repeat(PATH_MAX / 2) + "nn", Errno.ENAMETOOLONG);
        var longest = "./".repeat(PATH_MAX / 2) + "n";
        assertThat(longest).hasSize(PATH_MAX);
        alice().file(longest, 0644);
        assertThat(alice().stat(longest).inode()).isEqualTo(alice().stat("n").inode());
        alice().unlink(longest).ok();
    }

    @Test
    default void everyByteButTwoMayStandInAName() {
        for (var value = 1; value < 256; value++) {
            if (value != '/') {
                var name = new byte[] {'n', (byte) value, 'm'};
                alice().call("mkdirat", Actor.HERE, name, 0755).ok();
                alice().call("unlinkat", Actor.HERE, name, 0x200).ok();
            }
        }
    }

    @Test
    default void bytesThatAreNoTextAreKept() {
        var name = new byte[] {(byte) 0xFF, (byte) 0xC0, (byte) 0x80, '\n', ' '};
        var fd = alice().call("openat", Actor.HERE, name, OpenFlags.CREAT | OpenFlags.WRONLY, 0644)
                .fd();
        alice().close(fd);
        var other = new byte[] {(byte) 0xFE};
        alice().call("renameat2", Actor.HERE, name, Actor.HERE, other, 0).ok();
        alice().call("linkat", Actor.HERE, other, Actor.HERE, name, 0).ok();
        alice().call("symlinkat", name, Actor.HERE, "l").ok();
        assertThat(alice().readlink("l").bytes()).isEqualTo(name);
        alice().open("l", OpenFlags.RDONLY).ok();
        alice().call("unlinkat", Actor.HERE, name, 0).ok();
        alice().call("unlinkat", Actor.HERE, other, 0).ok();
    }

    @Test
    default void namesOfWellKnownLooksAreOrdinaryNames() {
        for (var name : new String[] {
            "...",
            ".hidden",
            "-rf",
            "a b",
            "\u00E4\u00F6\u00FC",
            "e\u0301",
            "\u00E9",
            "NUL",
            "a\\b",
            "*",
            "~",
            "lost+found2"
        }) {
            alice().file(name, name);
        }
        assertThat(alice().list(".")).hasSize(12);
        alice().list(".")
                .keySet()
                .forEach(name -> assertThat(alice().content(name).getBytes(StandardCharsets.ISO_8859_1))
                        .isEqualTo(name.getBytes(UTF_8)));
    }

    @Test
    default void upperAndLowerCaseAreDifferent() {
        alice().file("name", "lower");
        alice().file("NAME", "upper");
        assertThat(alice().content("name")).isEqualTo("lower");
        assertThat(alice().content("NAME")).isEqualTo("upper");
    }

    @Test
    default void deepTreesAreWalked() {
        var path = new StringBuilder("d");
        for (var depth = 0; depth < 120; depth++) {
            alice().mkdir(path.toString(), 0755).ok();
            path.append("/d");
        }
        alice().file(path.toString(), "deep");
        assertThat(alice().content(path.toString())).isEqualTo("deep");
        alice().rename(path.toString(), "up").ok();
        alice().rename("d/d/d", "e").ok();
        assertThat(alice().stat("e").links()).isEqualTo(3);
        assertThat(alice().content("up")).isEqualTo("deep");
    }

    @Test
    default void dotsAndSlashesAreNoNames() {
        alice().mkdir("d", 0755).ok();
        alice().mkdir("d/e", 0755).ok();
        alice().file("d/f", 0644);
        var inode = alice().stat("d/f").inode();
        for (var path : new String[] {"d//f", "./d/./f", "d/e/../f", "d/e/.././../d/f", "d/../d/f"}) {
            assertThat(alice().stat(path).inode()).as(path).isEqualTo(inode);
        }
        assertThat(alice().stat("d/").inode()).isEqualTo(alice().stat("d").inode());
        assertThat(alice().stat("d/e/..").inode()).isEqualTo(alice().stat("d").inode());
        alice().mkdir("g/", 0755).ok();
        alice().stat("d/f/..".replace("f/..", "e"));
        alice().tryStat("d/f/..").fails(Errno.ENOTDIR);
        alice().tryStat("d/f/.").fails(Errno.ENOTDIR);
        alice().tryStat("d/f/").fails(Errno.ENOTDIR);
    }

    @Test
    default void linksInTheMiddleAreFollowed() {
        alice().mkdir("d", 0755).ok();
        alice().mkdir("d/e", 0755).ok();
        alice().symlink("d/e", "l").ok();
        alice().file("l/f", "x");
        assertThat(alice().content("d/e/f")).isEqualTo("x");
        assertThat(alice().stat("l/..").inode()).isEqualTo(alice().stat("d").inode());
        alice().symlink("../e/f", "d/e/up").ok();
        assertThat(alice().content("l/up")).isEqualTo("x");
        assertThat(alice().stat("l/").isDirectory()).isTrue();
    }
}
