package org.dpfs4j.uring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.dpfs4j.client.RequestBytes;
import org.dpfs4j.client.Seen;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.InitFlags;
import org.dpfs4j.wire.Mode;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.Protocol;
import org.dpfs4j.wire.SetattrValid;
import org.junit.jupiter.api.Test;

/** Whom the guest's ids stand for. */
class TranslationTest extends AccessTest {
    private static String ids(Seen.Attributes attributes) {
        return attributes.uid() + ":" + attributes.gid();
    }

    @Test
    void everythingCreatedBelongsToWhomTheCallerStandsFor() throws Exception {
        open(Map.of("translate-uid", List.of("map:0:1000:10"), "translate-gid", List.of("map:0:2000:10")));
        client.actAs(3, 4);

        var file = client.create(ROOT, "file", 0600).ok().entry();
        client.mkdir(ROOT, "dir", 0700).ok();
        client.mknod(ROOT, "fifo", Mode.FIFO | 0600, 0).ok();
        client.symlink(ROOT, "link", "x".getBytes(UTF_8)).ok();

        for (var name : List.of("file", "dir", "fifo", "link")) {
            assertThat(owner(name)).isEqualTo("1003:2004");
            assertThat(ids(client.lookup(ROOT, name).ok().attributes())).isEqualTo("3:4");
        }
        assertThat(ids(file.attributes())).isEqualTo("3:4");
        client.access(file.nodeId(), 6).ok();
        assertThat(ids(client.getattr(file.nodeId()).ok())).isEqualTo("3:4");
        var listed = client.readdirplus(client.opendir(ROOT).ok(), 0, 65536).ok();
        assertThat(listed)
                .filteredOn(each -> each.name().equals("file"))
                .singleElement()
                .satisfies(each -> assertThat(ids(each.entry().attributes())).isEqualTo("3:4"));
    }

    @Test
    void aNewOwnerIsTranslatedToo() throws IOException {
        open(Map.of("translate-uid", List.of("map:0:1000:10"), "translate-gid", List.of("squash-guest:0:7:100")));
        var node = client.create(ROOT, "a", 0600).ok().nodeId();
        assertThat(owner("a")).isEqualTo("1000:7");

        var now = client.setattr(
                        node,
                        in -> in.set("valid", SetattrValid.UID | SetattrValid.GID)
                                .set("uid", 5)
                                .set("gid", 50))
                .ok();

        assertThat(owner("a")).isEqualTo("1005:7");
        assertThat(ids(now)).isEqualTo("5:7");
    }

    @Test
    void hostsIdsCanBeOneToTheGuest() throws IOException {
        open(Map.of("translate-uid", List.of("squash-host:0:1000:65536"), "translate-gid", List.of("host:0:5:1")));
        Files.writeString(site.path("a"), "");
        assertThat(ids(client.lookup(ROOT, "a").ok().attributes())).isEqualTo("1000:5");
    }

    @Test
    void whoIsForbiddenMayDoNothing() throws Exception {
        open(Map.of("translate-uid", List.of("forbid-guest:0:1000"), "translate-gid", List.of("forbid-guest:5:1")));
        client.actAs(1000, 1000);
        var file = client.create(ROOT, "a", 0666).ok();

        for (var caller : List.of(List.of(0, 1000), List.of(999, 1000), List.of(1000, 5))) {
            client.actAs(caller.get(0), caller.get(1));
            client.lookup(ROOT, "a").fails(Errno.EPERM);
            client.getattr(file.nodeId()).fails(Errno.EPERM);
            client.create(ROOT, "b", 0600).fails(Errno.EPERM);
            client.mkdir(ROOT, "b", 0700).fails(Errno.EPERM);
            client.open(file.nodeId(), OpenFlags.RDONLY).fails(Errno.EPERM);
            client.read(file.opened(), 0, 10).fails(Errno.EPERM);
            client.write(file.opened(), 0, new byte[1]).fails(Errno.EPERM);
            client.unlink(ROOT, "a").fails(Errno.EPERM);
        }
        client.actAs(0, 0);
        client.write(file.opened(), 0, new byte[1], in -> in.set("write_flags", 1))
                .ok();
        client.release(file.opened()).ok();

        client.actAs(1000, 1000);
        for (var field : List.of(SetattrValid.UID, SetattrValid.GID)) {
            client.setattr(
                            file.nodeId(),
                            in -> in.set("valid", field).set("uid", 3).set("gid", 5))
                    .fails(Errno.EPERM);
        }
        assertThat(owner("a")).isEqualTo("1000:1000");
    }

    /** A guest with mapped mounts names the caller only where something is created. */
    @Test
    void onlyCreationNeedsToKnowTheCaller() throws Exception {
        open(Map.of());
        assertThat(site.share.features() & InitFlags.ALLOW_IDMAP).isNotZero();
        client.actAs(1000, 1000);
        var file = client.create(ROOT, "a", 0600).ok();
        client.actAs(Protocol.INVALID_ID, Protocol.INVALID_ID);

        client.lookup(ROOT, "a").ok();
        client.write(file.opened(), 0, new byte[9], in -> in.set("write_flags", 1 << 2))
                .ok();
        client.truncate(file.nodeId(), 1).ok();
        client.setattr(file.nodeId(), in -> in.set("valid", SetattrValid.UID).set("uid", 1001))
                .ok();
        client.fallocate(file.opened(), 0, 10, 0).ok();
        client.link(file.nodeId(), ROOT, "b").ok();
        client.rename(ROOT, "b", ROOT, "c").ok();
        client.unlink(ROOT, "c").ok();
        client.create(ROOT, "d", 0600).fails(Errno.EINVAL);
        assertThat(owner("a")).isEqualTo("1001:1000");
    }

    @Test
    void translatedIdsAreNotMappedByTheGuestAsWell() {
        open(Map.of("translate-uid", List.of("map:0:1000:10")));
        assertThat(site.share.features() & InitFlags.ALLOW_IDMAP).isZero();
    }

    /** CVE-2022-0358: only a member may make a set-gid program of the directory's group, and the guest names that one group. */
    @Test
    void theGroupThatTheGuestNamesIsTheCallersToo() throws Exception {
        for (var translated : List.of(false, true)) {
            open(translated ? Map.of("translate-gid", List.of("map:3000:93000:10")) : Map.of());
            var dir = client.mkdir(ROOT, "dir", 0777).ok().nodeId();
            client.setattr(
                            dir,
                            in -> in.set("valid", SetattrValid.MODE | SetattrValid.GID)
                                    .set("mode", 02777)
                                    .set("gid", 3000))
                    .ok();
            client.actAs(1000, 2000);
            var flags = OpenFlags.RDWR | OpenFlags.CREAT;

            client.create(dir, "members", 02775, flags, group(3000)).ok();
            client.create(dir, "strangers", 02775, flags, group(3001)).ok();
            client.create(dir, "nobodys", 02775, flags).ok();

            assertThat(permissions("dir/members")).isEqualTo(02775);
            assertThat(permissions("dir/strangers")).isEqualTo(0775);
            assertThat(permissions("dir/nobodys")).isEqualTo(0775);
            var group = translated ? 93000 : 3000;
            assertThat(owner("dir/members")).isEqualTo("1000:" + group);
            assertThat(owner("dir/strangers")).isEqualTo("1000:" + group);
            site.close();
        }
        site = null;
    }

    @Test
    void aForbiddenGroupIsNotTakenForTheCallers() {
        open(Map.of("translate-gid", List.of("forbid-guest:5:1")));
        client.create(ROOT, "a", 0600, OpenFlags.RDWR | OpenFlags.CREAT, group(5))
                .fails(Errno.EPERM);
        client.create(ROOT, "a", 0600, OpenFlags.RDWR | OpenFlags.CREAT, group(6))
                .ok();
    }

    @Test
    void aForbiddenGroupCostsNothing() throws IOException {
        var forbidden = Ground.Settings.access(Map.of("translate-gid", List.of("forbid-guest:5:1")));
        var budget = new BudgetConfig(3, 3, 0, FileHandles.PREFER);
        site = ground.open(config -> forbidden.of(config).with(budget));
        client = site.client;
        for (int i = 0; i < 10; i++) {
            var dir = client.mkdir(ROOT, "dir", 0700).ok().nodeId();
            client.mkdir(dir, "a", 0700, group(5)).fails(Errno.EPERM);
            client.create(dir, "a", 0600, OpenFlags.RDWR | OpenFlags.CREAT, group(5))
                    .fails(Errno.EPERM);
            client.create(dir, "a", 0600, OpenFlags.RDWR | OpenFlags.CREAT | OpenFlags.EXCL, group(5))
                    .fails(Errno.EPERM);
            client.rmdir(ROOT, "dir").ok();
            client.forget(dir, 1);
        }
        var removed = 0;
        for (var each : Path.of("/proc/self/fd").toFile().list()) {
            removed += leadsTo(Path.of("/proc/self/fd", each), site.path("dir") + " (deleted)") ? 1 : 0;
        }
        assertThat(removed).isZero();
        client.create(ROOT, "a", 0600).ok();
    }

    private static boolean leadsTo(Path descriptor, String file) {
        try {
            return Files.readSymbolicLink(descriptor).toString().equals(file);
        } catch (IOException closed) {
            return false;
        }
    }

    /** The extension that names one of the caller's groups. */
    private static UnaryOperator<RequestBytes> group(int gid) {
        var bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(16).putInt(32).putInt(1).putInt(gid);
        return request -> request.header("total_extlen", 2).data(bytes.array());
    }
}
