package org.dpfs4j.uring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dpfs4j.client.Seen;
import org.dpfs4j.fs.FileSystem;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.Mode;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.SetattrValid;
import org.junit.jupiter.api.Test;

/** A tree that guests cannot change. */
class ReadOnlyTest extends AccessTest {
    /** Operations that change a tree, and those of which some requests do. */
    private static final Set<String> CHANGING = Set.of(
            "setattr",
            "symlink",
            "mknod",
            "mkdir",
            "unlink",
            "rmdir",
            "rename",
            "link",
            "write",
            "setxattr",
            "removexattr",
            "create",
            "fallocate",
            "copyFileRange",
            "setupmapping",
            "tmpfile");

    private static final Set<String> SOMETIMES = Set.of("open", "access", "ioctl");

    private static final Set<String> LOOKING = Set.of(
            "forget",
            "lookup",
            "getattr",
            "readlink",
            "read",
            "statfs",
            "release",
            "fsync",
            "getxattr",
            "listxattr",
            "flush",
            "opendir",
            "readdir",
            "readdirplus",
            "releasedir",
            "fsyncdir",
            "getlk",
            "setlk",
            "setlkw",
            "bmap",
            "poll",
            "lseek",
            "removemapping",
            "syncfs",
            "statx");

    /** FS_IOC_GETFLAGS, FS_IOC_SETFLAGS, FS_IOC_FSSETXATTR. */
    private static final int GETFLAGS = 0x8008_6601;

    private static final int SETFLAGS = 0x4008_6602;
    private static final int FSSETXATTR = 0x401c_5820;

    private void openReadOnly() {
        open(Map.of("readonly", true, "xattr", true));
    }

    private long file() throws Exception {
        Files.writeString(site.path("a"), "content");
        return client.lookup(ROOT, "a").ok().nodeId();
    }

    /** A new operation is ENOSYS until somebody has said here which kind it is, and the gate lets it through. */
    @Test
    void everyOperationIsKnownToLookOrToChange() {
        var all = Stream.of(CHANGING, SOMETIMES, LOOKING)
                .flatMap(Set::stream)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(all).hasSize(CHANGING.size() + SOMETIMES.size() + LOOKING.size());
        assertThat(names(FileSystem.class)).isEqualTo(all);
        assertThat(names(Gate.class)).containsAll(all);
    }

    private static Set<String> names(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method -> !method.isSynthetic())
                .map(Method::getName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void nothingIsChanged() throws Exception {
        openReadOnly();
        var node = file();
        var file = client.open(node, OpenFlags.RDONLY).ok();
        var refused = Map.<String, Runnable>ofEntries(
                Map.entry("setattr", () -> client.truncate(node, 0).fails(Errno.EROFS)),
                Map.entry(
                        "symlink",
                        () -> client.symlink(ROOT, "l", "x".getBytes(UTF_8)).fails(Errno.EROFS)),
                Map.entry(
                        "mknod",
                        () -> client.mknod(ROOT, "n", Mode.FIFO | 0600, 0).fails(Errno.EROFS)),
                Map.entry("mkdir", () -> client.mkdir(ROOT, "d", 0700).fails(Errno.EROFS)),
                Map.entry("unlink", () -> client.unlink(ROOT, "a").fails(Errno.EROFS)),
                Map.entry("rmdir", () -> client.rmdir(ROOT, "a").fails(Errno.EROFS)),
                Map.entry("rename", () -> client.rename(ROOT, "a", ROOT, "b").fails(Errno.EROFS)),
                Map.entry("link", () -> client.link(node, ROOT, "b").fails(Errno.EROFS)),
                Map.entry("write", () -> client.write(file, 0, new byte[1]).fails(Errno.EROFS)),
                Map.entry(
                        "setxattr",
                        () -> client.setxattr(node, "user.a", new byte[1], 0).fails(Errno.EROFS)),
                Map.entry(
                        "removexattr", () -> client.removexattr(node, "user.a").fails(Errno.EROFS)),
                Map.entry("create", () -> client.create(ROOT, "b", 0600).fails(Errno.EROFS)),
                Map.entry("fallocate", () -> client.fallocate(file, 0, 100, 0).fails(Errno.EROFS)),
                Map.entry(
                        "copyFileRange",
                        () -> client.copyFileRange(file, 0, file, 10, 5).fails(Errno.EROFS)),
                Map.entry("setupmapping", () -> client.setupmapping(file).fails(Errno.EROFS)),
                Map.entry("tmpfile", () -> client.tmpfile(ROOT, 0600).fails(Errno.EROFS)));

        assertThat(refused.keySet()).isEqualTo(CHANGING);
        refused.values().forEach(Runnable::run);
        client.setattr(node, in -> in.set("valid", SetattrValid.MTIME)).fails(Errno.EROFS);
        client.write(file, 0, new byte[1], in -> in.set("write_flags", 1)).fails(Errno.EROFS);
        assertThat(Files.readString(site.path("a"))).isEqualTo("content");
        try (var all = Files.list(site.root)) {
            assertThat(all).containsExactly(site.path("a"));
        }
    }

    @Test
    void whatIsOpenedToChangeIsRefused() throws Exception {
        openReadOnly();
        var node = file();
        for (var flags :
                new int[] {OpenFlags.WRONLY, OpenFlags.RDWR, OpenFlags.TRUNC, OpenFlags.RDWR | OpenFlags.TRUNC}) {
            client.open(node, flags).fails(Errno.EROFS);
        }
        var file = client.open(node, OpenFlags.RDONLY).ok();
        client.access(node, 2).fails(Errno.EROFS);
        client.access(node, 4).ok();
        client.ioctl(file, SETFLAGS, new byte[8]).fails(Errno.EROFS);
        client.ioctl(file, FSSETXATTR, new byte[28]).fails(Errno.EROFS);
        assertThat(client.ioctl(file, GETFLAGS, new byte[8]).error()).isNotEqualTo(Errno.EROFS);
    }

    @Test
    void everythingElseWorks() throws Exception {
        openReadOnly();
        var node = file();
        setHostAttribute("a", "user.a", new byte[] {1});
        var file = client.open(node, OpenFlags.RDONLY).ok();

        assertThat(client.read(file, 0, 100).ok()).asString(UTF_8).isEqualTo("content");
        assertThat(client.getxattr(node, "user.a", 10).ok()).hasSize(1);
        assertThat(client.list(ROOT)).extracting(Seen.Listed::name).containsExactly("a");
        client.statfs(ROOT).ok();
        client.fsync(file, false).ok();
        client.flush(file).ok();
        client.release(file).ok();
    }

    @Test
    void readingLeavesTheHostsAccessTimesAlone() throws Exception {
        openReadOnly();
        var node = file();
        Files.createDirectory(site.path("d"));
        var before = FileTime.fromMillis(1000);
        for (var name : new String[] {"a", "d"}) {
            Files.setAttribute(site.path(name), "lastAccessTime", before, LinkOption.NOFOLLOW_LINKS);
        }
        client.read(client.open(node, OpenFlags.RDONLY).ok(), 0, 100).ok();
        client.list(client.lookup(ROOT, "d").ok().nodeId());

        for (var name : new String[] {"a", "d"}) {
            assertThat(Files.getAttribute(site.path(name), "lastAccessTime")).isEqualTo(before);
        }
    }

    /** What our own rules let through by mistake, the host's kernel refuses. */
    @Test
    void theTreeIsAReadOnlyMountWhereThatIsPossible() throws Exception {
        openReadOnly();
        file();
        var calls = new FileCalls(new Syscalls());
        var root = calls.openReadOnlyRoot(site.root.toString());
        assumeTrue(root >= 0, "no right to mount: " + root);
        var name = XattrMap.forGood("a");
        var other = XattrMap.forGood("b");

        assertThat(calls.create(root, other, OpenFlags.RDWR, 0600)).isEqualTo(-Errno.EROFS.code());
        assertThat(calls.makeDirectory(root, other, 0700)).isEqualTo(-Errno.EROFS.code());
        var fd = calls.openName(root, name, false);
        assertThat(fd).isNotNegative();
        assertThat(calls.reopen(fd, OpenFlags.WRONLY)).isEqualTo(-Errno.EROFS.code());
        assertThat(calls.permissions(fd, 0)).isEqualTo(-Errno.EROFS.code());
        assertThat(calls.setXattr(fd, XattrMap.forGood("user.x"), name, 1, 0)).isEqualTo(-Errno.EROFS.code());
        var open = calls.reopen(fd, OpenFlags.RDONLY);
        assertThat(open).isNotNegative();
        for (var each : new int[] {open, fd, root}) {
            calls.close(each);
        }
        try (var all = Files.list(site.root)) {
            assertThat(all).hasSize(1);
        }
    }
}
