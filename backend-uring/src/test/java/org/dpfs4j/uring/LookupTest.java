package org.dpfs4j.uring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.dpfs4j.client.Seen;
import org.dpfs4j.tck.Client;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.Mode;
import org.dpfs4j.wire.OpenFlags;
import org.junit.jupiter.api.Test;

/** Finding, knowing and forgetting nodes. */
class LookupTest extends SiteTest {
    @Test
    void attributesAreTheFilesOwn() throws Exception {
        Files.writeString(site.path("a"), "hello");

        var found = client.lookup(ROOT, "a").ok();

        assertThat(found.attributes().sizeBytes()).isEqualTo(5);
        assertThat(found.attributes().format()).isEqualTo(Mode.REGULAR);
        assertThat(found.attributes().ino()).isEqualTo(ino(site.path("a")));
        assertThat(found.entryTimeoutNanos()).isEqualTo(1_000_000_000);
        assertThat(found.attrTimeoutNanos()).isEqualTo(1_000_000_000);
        assertThat(client.getattr(found.nodeId()).ok()).isEqualTo(found.attributes());
    }

    private static long ino(Path path) throws Exception {
        return (Long) Files.getAttribute(path, "unix:ino");
    }

    @Test
    void oneFileIsOneNodeUnderAllItsNames() throws Exception {
        Files.writeString(site.path("a"), "x");
        Files.createLink(site.path("b"), site.path("a"));

        var first = client.lookup(ROOT, "a").ok();
        var second = site.other.lookup(ROOT, "b").ok();

        assertThat(second.nodeId()).isEqualTo(first.nodeId());
        client.forget(first.nodeId(), 1);
        assertThat(client.getattr(first.nodeId()).isOk()).isTrue();
        client.forget(first.nodeId(), 1);
        client.getattr(first.nodeId()).fails(Errno.ESTALE);
    }

    @Test
    void aForgottenIdMeansNothingEvenWhenItsPlaceIsTakenAgain() throws Exception {
        Files.writeString(site.path("a"), "x");
        Files.writeString(site.path("b"), "x");
        var old = client.lookup(ROOT, "a").ok().nodeId();
        client.forget(old, 1);

        var now = client.lookup(ROOT, "b").ok().nodeId();

        assertThat(now).isNotEqualTo(old);
        client.getattr(old).fails(Errno.ESTALE);
        client.lookup(old, "b").fails(Errno.ESTALE);
        client.open(old, OpenFlags.RDONLY).fails(Errno.ESTALE);
    }

    @Test
    void forgedIdsAreRefused() {
        for (var id : new long[] {0, 2, 3, -1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 32}) {
            client.getattr(id).fails(Errno.ESTALE);
            client.lookup(id, "a").fails(Errno.ESTALE);
            client.mkdir(id, "a", 0755).fails(Errno.ESTALE);
            client.rename(ROOT, "a", id, "b").fails(Errno.ESTALE);
            client.link(id, ROOT, "b").fails(Errno.ESTALE);
            client.forget(id, Long.MAX_VALUE);
        }
    }

    @Test
    void theRootIsNeverForgotten() {
        client.forget(ROOT, -1);
        client.forget(ROOT, 1);

        assertThat(client.getattr(ROOT).ok().format()).isEqualTo(Mode.DIRECTORY);
    }

    @Test
    void namesThatLeadElsewhereAreRefused() throws Exception {
        Files.createDirectory(site.path("dir"));
        Files.writeString(site.path("dir/file"), "x");
        for (var name : new String[] {"", "dir/file", "/etc/passwd", "dir/..", "../../etc"}) {
            client.lookup(ROOT, name).fails(Errno.EINVAL);
        }
    }

    @Test
    void aLinkIsANodeAndNeverFollowed() throws Exception {
        Files.createSymbolicLink(site.path("out"), Path.of("/etc"));

        var link = client.lookup(ROOT, "out").ok();

        assertThat(link.attributes().format()).isEqualTo(Mode.SYMLINK);
        assertThat(client.readlink(link.nodeId()).ok())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("/etc");
        client.lookup(link.nodeId(), "passwd").fails(Errno.ENOTDIR, Errno.ELOOP);
        client.open(link.nodeId(), OpenFlags.RDONLY).fails(Errno.ELOOP);
        client.opendir(link.nodeId()).fails(Errno.ENOTDIR);
        client.create(link.nodeId(), "evil", 0644).fails(Errno.ENOTDIR, Errno.ELOOP);
        client.create(ROOT, "out", 0644, OpenFlags.WRONLY | OpenFlags.CREAT).fails(Errno.ELOOP, Errno.EISDIR);
        client.mkdir(link.nodeId(), "evil", 0755).fails(Errno.ENOTDIR, Errno.ELOOP);
    }

    @Test
    void aDirectoryThatBecomesALinkLeadsNowhere() throws Exception {
        Files.createDirectory(site.path("dir"));
        Files.writeString(site.path("dir/file"), "x");
        var dir = client.lookup(ROOT, "dir").ok().nodeId();
        Files.move(site.path("dir"), site.path("moved"));
        Files.createSymbolicLink(site.path("dir"), Path.of("/etc"));

        client.lookup(dir, "passwd").fails(Errno.ENOENT);
        assertThat(client.lookup(dir, "file").isOk()).isTrue();
    }

    @Test
    void onlyFilesAndDirectoriesAreOpened() {
        var fifo = client.mknod(ROOT, "fifo", Mode.FIFO | 0644, 0).ok();
        var socket = client.mknod(ROOT, "socket", Mode.SOCKET | 0644, 0).ok();
        var device =
                client.mknod(ROOT, "null", Mode.CHARACTER_DEVICE | 0644, 0x103).ok();

        client.open(fifo.nodeId(), OpenFlags.RDONLY).fails(Errno.ENXIO);
        client.open(socket.nodeId(), OpenFlags.RDWR).fails(Errno.ENXIO);
        client.open(device.nodeId(), OpenFlags.RDWR).fails(Errno.ENXIO);
        client.create(ROOT, "fifo", 0644, OpenFlags.RDONLY | OpenFlags.CREAT).fails(Errno.ENXIO);
        client.open(ROOT, OpenFlags.RDONLY).fails(Errno.EISDIR);
        assertThat(device.attributes().rdev()).isEqualTo(0x103);
        assertThat(device.attributes().format()).isEqualTo(Mode.CHARACTER_DEVICE);
    }

    @Test
    void aMissingNameIsAnErrorUnlessItMayBeRemembered() throws Exception {
        client.lookup(ROOT, "missing").fails(Errno.ENOENT);
        var patient = CacheConfig.DEFAULT.with(new Timeouts(Duration.ZERO, Duration.ZERO, Duration.ofMillis(2500)));
        try (var remembering = ground.open(config -> config.with(patient))) {
            var missing = remembering.client.lookup(ROOT, "missing").ok();
            assertThat(missing.nodeId()).isZero();
            assertThat(missing.entryTimeoutNanos()).isEqualTo(2_500_000_000L);
        }
    }

    @Test
    void aFullTableIsAnErrorAndNotACrash() throws Exception {
        try (var small = ground.open(config -> config.with(new BudgetConfig(2, 2, 0, FileHandles.PREFER)))) {
            var a = small.client.create(ROOT, "a", 0644).ok();
            small.client.mkdir(ROOT, "b", 0755).ok();
            small.client.mkdir(ROOT, "c", 0755).fails(Errno.ENFILE);
            small.client.create(ROOT, "d", 0644).fails(Errno.ENFILE);
            assertThat(small.path("c")).as("made in vain").doesNotExist();
            assertThat(small.path("d")).as("made in vain").doesNotExist();
            small.client.open(a.nodeId(), OpenFlags.RDONLY).ok();
            small.client.open(a.nodeId(), OpenFlags.RDONLY).fails(Errno.ENFILE);
            small.client.opendir(ROOT).fails(Errno.ENFILE);

            small.client.release(a.opened()).ok();
            small.client.forget(a.nodeId(), 1);
            assertThat(small.client.mkdir(ROOT, "c", 0755).isOk()).isTrue();
        }
    }

    @Test
    void lookupsAndForgetsOfTwoLanesKeepCount() throws Exception {
        var rounds = 3000;
        Files.writeString(site.path("a"), "x");
        var both = CompletableFuture.allOf(
                CompletableFuture.runAsync(() -> lookAndForget(client, rounds)),
                CompletableFuture.runAsync(() -> lookAndForget(site.other, rounds)));
        both.join();

        var last = client.lookup(ROOT, "a").ok().nodeId();
        assertThat(client.getattr(last).isOk()).isTrue();
        client.forget(last, 1);
        client.getattr(last).fails(Errno.ESTALE);
    }

    private static void lookAndForget(Client on, int rounds) {
        for (int i = 0; i < rounds; i++) {
            Seen.Entry found = on.lookup(ROOT, "a").ok();
            on.forget(found.nodeId(), 1);
        }
    }

    @Test
    void accessGoesByTheMode() throws Exception {
        Files.writeString(site.path("a"), "x");
        var node = client.lookup(ROOT, "a").ok().nodeId();
        client.setattr(
                        node,
                        in -> in.set("valid", 1 | 2 | 4)
                                .set("mode", 0640)
                                .set("uid", 1000)
                                .set("gid", 2000))
                .ok();

        client.access(node, 6).ok();
        client.access(node, 1).fails(Errno.EACCES);
        client.actAs(1000, 1);
        client.access(node, 6).ok();
        client.actAs(1001, 2000);
        client.access(node, 4).ok();
        client.access(node, 2).fails(Errno.EACCES);
        client.actAs(1001, 1);
        client.access(node, 4).fails(Errno.EACCES);
        client.access(node, 0).ok();
    }

    @Test
    void statfsIsTheHosts() throws Exception {
        var space = client.statfs(ROOT).ok();
        var store = Files.getFileStore(site.root);

        assertThat(space.blocks() * space.fragmentBytes()).isEqualTo(store.getTotalSpace());
        assertThat(space.nameMax()).isEqualTo(255);
    }
}
