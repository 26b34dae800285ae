package org.dpfs4j.uring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dpfs4j.client.Seen;
import org.dpfs4j.tck.Answer;
import org.dpfs4j.tck.Client;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.Mode;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.Protocol;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is created belongs to the caller. */
class CreationTest extends SiteTest {
    private static final int USER = 1000;
    private static final int GROUP = 2000;

    @BeforeEach
    void mayActAsOthers() throws Exception {
        assumeTrue((Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0, "needs root");
    }

    private static void belongsTo(Seen.Attributes attributes, int uid, int gid) {
        assertThat(List.of(attributes.uid(), attributes.gid())).isEqualTo(List.of(uid, gid));
    }

    @Test
    void everythingCreatedIsTheCallers() {
        client.actAs(USER, GROUP);

        belongsTo(client.create(ROOT, "file", 0640).ok().entry().attributes(), USER, GROUP);
        belongsTo(client.mkdir(ROOT, "dir", 0750).ok().attributes(), USER, GROUP);
        belongsTo(client.mknod(ROOT, "fifo", Mode.FIFO | 0600, 0).ok().attributes(), USER, GROUP);
        belongsTo(client.mknod(ROOT, "regular", Mode.REGULAR | 0600, 0).ok().attributes(), USER, GROUP);
        belongsTo(client.symlink(ROOT, "link", "target".getBytes(UTF_8)).ok().attributes(), USER, GROUP);

        client.actAs(0, 0);
        belongsTo(client.create(ROOT, "roots", 0640).ok().entry().attributes(), 0, 0);
        belongsTo(client.mkdir(ROOT, "rootsdir", 0640).ok().attributes(), 0, 0);
    }

    @Test
    void modesAreTakenAsTheyCome() {
        for (var mode : new int[] {0777, 0666, 0600, 0, 01777, 04711}) {
            var file = client.create(ROOT, "f" + mode, mode).ok();
            assertThat(file.entry().attributes().permissions()).isEqualTo(mode);
            var dir = client.mkdir(ROOT, "d" + mode, mode & ~04000).ok();
            assertThat(dir.attributes().permissions()).isEqualTo(mode & ~04000);
            var node = client.mknod(ROOT, "n" + mode, Mode.REGULAR | mode, 0).ok();
            assertThat(node.attributes().permissions()).isEqualTo(mode);
        }
    }

    @Test
    void theGuestHasCheckedThatTheCallerMayCreateHere() throws Exception {
        var dir = client.mkdir(ROOT, "dir", 0700).ok().nodeId();
        client.actAs(USER, GROUP);

        belongsTo(client.create(dir, "file", 0600).ok().entry().attributes(), USER, GROUP);
        client.unlink(dir, "file").ok();
    }

    @Test
    void anIdThatIsNoneCreatesNothing() throws Exception {
        for (var ids : List.of(
                List.of(Protocol.INVALID_ID, 0),
                List.of(0, Protocol.INVALID_ID),
                List.of(Protocol.INVALID_ID, Protocol.INVALID_ID))) {
            client.actAs(ids.get(0), ids.get(1));
            client.create(ROOT, "file", 0644).fails(Errno.EINVAL);
            client.mkdir(ROOT, "dir", 0755).fails(Errno.EINVAL);
            client.mknod(ROOT, "node", Mode.REGULAR | 0644, 0).fails(Errno.EINVAL);
            client.symlink(ROOT, "link", "x".getBytes(UTF_8)).fails(Errno.EINVAL);
        }
        try (var all = Files.list(site.root)) {
            assertThat(all).isEmpty();
        }
    }

    /** CVE-2022-0358: who is not in the directory's group must not get a set-gid executable of that group. */
    @Test
    void aSetGidDirectoryGivesItsGroupAndNoSetGidFileToStrangers() {
        var dir = client.mkdir(ROOT, "dir", 0777).ok().nodeId();
        client.setattr(dir, in -> in.set("valid", 1 | 4).set("mode", 02777).set("gid", 3000))
                .ok();
        client.actAs(USER, GROUP);

        var file = client.create(dir, "file", 02775).ok().entry().attributes();
        belongsTo(file, USER, 3000);
        assertThat(file.permissions()).isEqualTo(0775);
        var node = client.mknod(dir, "node", Mode.REGULAR | 02775, 0).ok().attributes();
        belongsTo(node, USER, 3000);
        assertThat(node.permissions()).isEqualTo(0775);
        var sub = client.mkdir(dir, "sub", 0755).ok().attributes();
        belongsTo(sub, USER, 3000);
        assertThat(sub.permissions()).isEqualTo(02755);

        client.actAs(USER, 3000);
        assertThat(client.create(dir, "members", 02775)
                        .ok()
                        .entry()
                        .attributes()
                        .permissions())
                .isEqualTo(02775);
    }

    @Test
    void callersOfTwoLanesAreNotMixedUp() {
        var rounds = 150;
        var here = CompletableFuture.runAsync(() -> createAs(client, "a", 1, rounds));
        var there = CompletableFuture.runAsync(() -> createAs(site.other, "b", 1001, rounds));
        here.join();
        there.join();
    }

    private static void createAs(Client on, String prefix, int firstUser, int rounds) {
        for (int i = 0; i < rounds; i++) {
            on.actAs(firstUser + i, firstUser + i + 1);
            var made = on.create(ROOT, prefix + i, 0600).ok();
            belongsTo(made.entry().attributes(), firstUser + i, firstUser + i + 1);
            on.release(made.opened()).ok();
        }
    }

    @Test
    void exclusiveCreationFindsNobodyThere() throws Exception {
        Files.writeString(site.path("a"), "old");

        client.create(ROOT, "a", 0644, OpenFlags.RDWR | OpenFlags.CREAT | OpenFlags.EXCL)
                .fails(Errno.EEXIST);
        client.mkdir(ROOT, "a", 0755).fails(Errno.EEXIST);
        client.symlink(ROOT, "a", "x".getBytes(UTF_8)).fails(Errno.EEXIST);
        client.mknod(ROOT, "a", Mode.REGULAR | 0644, 0).fails(Errno.EEXIST);
        assertThat(Files.readString(site.path("a"))).isEqualTo("old");
    }

    @Test
    void creatingWhatIsThereOpensItAsItIs() throws Exception {
        Files.writeString(site.path("a"), "old");
        client.actAs(USER, GROUP);

        var opened =
                client.create(ROOT, "a", 0600, OpenFlags.RDWR | OpenFlags.CREAT).ok();
        belongsTo(opened.entry().attributes(), 0, 0);
        assertThat(client.read(opened.opened(), 0, 10).ok()).asString(UTF_8).isEqualTo("old");
        assertThat(client.lookup(ROOT, "a").ok().nodeId()).isEqualTo(opened.nodeId());

        var emptied = client.create(ROOT, "a", 0600, OpenFlags.RDWR | OpenFlags.CREAT | OpenFlags.TRUNC)
                .ok();
        assertThat(emptied.entry().attributes().sizeBytes()).isZero();
    }

    /** A program that has a lease lets whoever empties the file wait for it, 45 s by default. */
    @Test
    void whoWaitsToEmptyAFileKeepsNobodyWaiting() throws Exception {
        for (int i = 0; i < 100; i++) {
            // Where that is quick, files are made on the lane from now on.
            client.create(ROOT, "quick" + i, 0600).ok();
        }
        Files.writeString(site.path("a"), "old");
        CompletableFuture<Answer<Seen.Created>> emptied;
        try (var program = new LeaseHolder(site.path("a"))) {
            emptied = CompletableFuture.supplyAsync(
                    () -> client.create(ROOT, "a", 0600, OpenFlags.RDWR | OpenFlags.CREAT | OpenFlags.TRUNC));
            program.awaitAsked();
            client.getattr(ROOT).ok();
            assertThat(emptied).isNotDone();
        }
        assertThat(emptied.join().ok().entry().attributes().sizeBytes()).isZero();
    }

    @Test
    void aFileThatComesAndGoesIsMadeOrFound() throws Exception {
        var path = site.path("a");
        var over = new AtomicBoolean();
        var host = Thread.ofPlatform().start(() -> {
            while (!over.get()) {
                try {
                    Files.write(path, new byte[0]);
                    Files.deleteIfExists(path);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        });
        try {
            for (int i = 0; i < 1000; i++) {
                var made = client.create(ROOT, "a", 0644).ok();
                client.release(made.opened()).ok();
                client.forget(made.nodeId(), 1);
            }
        } finally {
            over.set(true);
            host.join();
        }
    }

    @Test
    void aFileCreatedForReadingOnlyIsOpenForReadingOnly() {
        var file =
                client.create(ROOT, "a", 0, OpenFlags.RDONLY | OpenFlags.CREAT).ok();

        client.write(file.opened(), 0, "x".getBytes(UTF_8)).fails(Errno.EBADF);
        assertThat(client.read(file.opened(), 0, 1).ok()).isEmpty();
    }

    @Test
    void aTargetIsKeptAsItIs() {
        var target = "../../etc/passwd " + "x".repeat(4000);
        var link = client.symlink(ROOT, "link", target.getBytes(UTF_8)).ok();

        assertThat(client.readlink(link.nodeId()).ok()).asString(UTF_8).isEqualTo(target);
        assertThat(link.attributes().format()).isEqualTo(Mode.SYMLINK);
        client.readlink(ROOT).fails(Errno.EINVAL);
    }

    @Test
    void theLongestNameFits() {
        client.create(ROOT, "x".repeat(255), 0644).ok();
        client.create(ROOT, "x".repeat(256), 0644).fails(Errno.ENAMETOOLONG);

        assertThat(client.lookup(ROOT, "x".repeat(255)).isOk()).isTrue();
    }
}
