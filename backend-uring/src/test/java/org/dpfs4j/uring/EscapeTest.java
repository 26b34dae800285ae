package org.dpfs4j.uring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.dpfs4j.client.FuseRequests;
import org.dpfs4j.client.Opcode;
import org.dpfs4j.client.RequestBytes;
import org.dpfs4j.client.Seen;
import org.dpfs4j.fuse.FuseDevice;
import org.dpfs4j.tck.Answer;
import org.dpfs4j.tck.RawGuest;
import org.dpfs4j.wire.ClientArch;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.InitFlags;
import org.dpfs4j.wire.LinkIn;
import org.dpfs4j.wire.MknodIn;
import org.dpfs4j.wire.Mode;
import org.dpfs4j.wire.OpenFlags;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nothing outside the tree is opened, listed, created or changed, whatever is planted in it and swapped under it. */
class EscapeTest extends SiteTest {
    private static final boolean LONG = Boolean.getBoolean("dpfs4j.all");

    private Canary canary;

    @BeforeEach
    void watch() throws IOException {
        canary = new Canary(site.root);
    }

    @AfterEach
    void compare() throws IOException {
        try (var watched = canary) {
            watched.isUntouched();
        }
    }

    /** Every name and node that a guest could go through. */
    private void tryAll(long parent, long node, String name) {
        var found = new ArrayList<Answer<Seen.Entry>>();
        for (var child : List.of("secret", "inner", "made")) {
            found.add(client.lookup(node, child));
            found.add(client.mkdir(node, child, 0755));
            found.add(client.symlink(node, child, "x".getBytes(UTF_8)));
            found.add(client.mknod(node, child, Mode.REGULAR | 0644, 0));
            found.add(client.link(node, node, child));
            var created = client.create(node, child, 0644, OpenFlags.RDWR | OpenFlags.CREAT | OpenFlags.TRUNC);
            if (created.isOk()) {
                client.release(created.value().opened()).ok();
            }
            client.rename(node, child, parent, "taken");
            client.rename(parent, "mine", node, child);
            client.unlink(node, child);
            client.rmdir(node, child);
        }
        client.open(node, OpenFlags.RDWR | OpenFlags.TRUNC);
        client.opendir(node);
        client.truncate(node, 0);
        client.setattr(node, in -> in.set("valid", 1).set("mode", 0777));
        client.setxattr(node, "user.x", "v".getBytes(UTF_8), 0);
        client.removexattr(node, "user.x");
        client.create(parent, name, 0644, OpenFlags.RDWR | OpenFlags.CREAT | OpenFlags.TRUNC);
        client.statx(node, 0xfff);
        client.statfs(node);
        for (var each : found) {
            assertThat(each.isOk() && canary.has(each.value().attributes().ino()))
                    .as("%s found the canary", each)
                    .isFalse();
        }
    }

    @Test
    void linksThatAGuestHasPlantedLeadNowhere() {
        var up = "../" + canary.folder.getFileName();
        var deep = client.mkdir(ROOT, "deep", 0755).ok().nodeId();
        var number = 0;
        for (var target : List.of(
                canary.folder.toString(),
                canary.folder + "/secret",
                up,
                up + "/secret",
                "..",
                "../..",
                "../".repeat(40) + canary.folder,
                "/proc/self/root" + canary.folder,
                "/proc/self/cwd")) {
            for (var parent : new long[] {ROOT, deep}) {
                var name = "link" + number++;
                var link = client.symlink(parent, name, target.getBytes(UTF_8)).ok();
                assertThat(link.attributes().format()).isEqualTo(Mode.SYMLINK);
                tryAll(parent, link.nodeId(), name);
            }
        }
    }

    /** CVE-2026-47243: a way out of the tree by the path in a name. */
    @Test
    void cve202647243PathsInNamesAreRefused() {
        var outside = "../" + canary.folder.getFileName();
        client.create(ROOT, "mine", 0644).ok();
        try (var device = new FuseDevice("escape", ClientArch.own(), Map.of("/", site.backend), site.lanes);
                var guest = new RawGuest(site.lanes.lane(0), device)) {
            assertThat(error(guest, FuseRequests.init(InitFlags.INIT_EXT, 0))).isZero();
            for (var name : List.of("..", ".", "", "/", outside, outside + "/secret", canary.folder + "/x", "x/../y")) {
                for (var request : naming(name)) {
                    assertThat(error(guest, request)).as("name %s", name).isEqualTo(Errno.EINVAL.code());
                }
            }
            for (var length : new int[] {256, 300, 4095, 5000}) {
                for (var request : naming("n".repeat(length))) {
                    assertThat(error(guest, request)).as("%d bytes", length).isEqualTo(Errno.ENAMETOOLONG.code());
                }
            }
            for (var request : naming("..\0hidden")) {
                assertThat(error(guest, request)).as("a NUL hides nothing").isEqualTo(Errno.EINVAL.code());
            }
            assertThat(error(guest, FuseRequests.mkdir(ROOT, "n\0/../up".getBytes(UTF_8), 0755)))
                    .isNotEqualTo(Errno.EIO.code());
        }
        assertThat(client.list(ROOT)).extracting(Seen.Listed::name).isSubsetOf("mine", "n");
    }

    /** Every request that brings a name, with this one. */
    private static List<RequestBytes> naming(String name) {
        var bytes = name.getBytes(UTF_8);
        return List.of(
                FuseRequests.named(Opcode.LOOKUP, ROOT, bytes),
                FuseRequests.named(Opcode.UNLINK, ROOT, bytes),
                FuseRequests.named(Opcode.RMDIR, ROOT, bytes),
                FuseRequests.mkdir(ROOT, bytes, 0755),
                FuseRequests.create(ROOT, name, 0644, OpenFlags.RDWR),
                FuseRequests.symlink(ROOT, name, "to".getBytes(UTF_8)),
                FuseRequests.rename(ROOT, "mine", ROOT, name),
                FuseRequests.rename(ROOT, name, ROOT, "taken"),
                new RequestBytes(Opcode.LINK, ROOT)
                        .with(LinkIn.LAYOUT)
                        .set("oldnodeid", ROOT)
                        .name(bytes),
                new RequestBytes(Opcode.MKNOD, ROOT)
                        .with(MknodIn.LAYOUT)
                        .set("mode", Mode.REGULAR | 0644)
                        .name(bytes));
    }

    private static int error(RawGuest guest, RequestBytes request) {
        return -ByteBuffer.wrap(guest.ask(request))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getInt(4);
    }

    /** libkrun#329: nothing but our own checks keeps a guest in, also where no sandbox does. */
    @Test
    void libkrun329ADirectoryMovedOutOfTheTreeIsNoWayUp() throws IOException {
        var dir = client.mkdir(ROOT, "dir", 0755).ok().nodeId();
        var below = client.mkdir(dir, "below", 0755).ok().nodeId();
        var outside = Files.createTempDirectory(site.root.getParent(), "outside");
        try {
            Files.move(site.path("dir"), outside.resolve("dir"));
            for (var node : new long[] {dir, below}) {
                client.lookup(node, "..").fails(Errno.EINVAL, Errno.ESTALE);
                client.lookup(node, "../../" + canary.folder.getFileName()).fails(Errno.EINVAL);
                for (var entry : client.list(node)) {
                    assertThat(canary.has(entry.ino())).isFalse();
                }
            }
        } finally {
            Ground.delete(outside);
        }
    }

    /** The host swaps a directory for a link out of the tree, and back, as fast as it can; the guest goes through the name. */
    @Test
    void aDirectorySwappedForALinkDuringOperationsLeadsNowhere() throws IOException {
        Files.createDirectory(site.path("dir"));
        var over = new AtomicBoolean();
        var swaps = new AtomicLong();
        var swapping = CompletableFuture.runAsync(() -> swap(over, swaps));
        try {
            var random = new Random(8);
            for (int round = 0; round < (LONG ? 20_000 : 150) || swaps.get() < 20; round++) {
                throughTheName(random);
            }
        } finally {
            over.set(true);
            swapping.join();
        }
    }

    private void swap(AtomicBoolean over, AtomicLong swaps) {
        try {
            while (!over.get()) {
                Files.move(site.path("dir"), site.path("away"));
                Files.createSymbolicLink(site.path("dir"), canary.folder);
                Thread.onSpinWait();
                Files.delete(site.path("dir"));
                Files.move(site.path("away"), site.path("dir"));
                swaps.incrementAndGet();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void throughTheName(Random random) {
        var dir = client.lookup(ROOT, "dir");
        if (!dir.isOk()) {
            return;
        }
        var node = dir.value().nodeId();
        assertThat(canary.has(dir.value().attributes().ino())).isFalse();
        var secret = client.lookup(node, "secret");
        assertThat(secret.isOk() && canary.has(secret.value().attributes().ino()))
                .isFalse();
        for (var above : List.of(client.lookup(node, ".."), client.lookup(ROOT, ".."))) {
            assertThat(above.isOk() && canary.has(above.value().attributes().ino()))
                    .as("%s is outside", above)
                    .isFalse();
            if (above.isOk()) {
                client.forget(above.value().nodeId(), 1);
            }
        }
        var name = "made" + random.nextInt(4);
        var created = client.create(node, name, 0644);
        if (created.isOk()) {
            client.write(created.value().opened(), 0, new byte[8]);
            client.release(created.value().opened()).ok();
        }
        client.rename(node, name, node, "inner");
        client.mkdir(node, name, 0755);
        var opened = client.opendir(node);
        if (opened.isOk()) {
            var listed = client.readdirplus(opened.value(), 0, 4096);
            if (listed.isOk()) {
                listed.value().forEach(entry -> assertThat(entry.name()).isNotEqualTo("secret"));
            }
            client.releasedir(opened.value()).ok();
        }
        client.unlink(node, "inner");
        client.unlink(node, name);
        client.rmdir(node, name);
        client.forget(node, 1);
    }
}
