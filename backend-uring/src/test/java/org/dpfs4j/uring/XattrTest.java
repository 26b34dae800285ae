package org.dpfs4j.uring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.Mode;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.Protocol;
import org.dpfs4j.wire.SetattrValid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Extended attributes on the host. */
class XattrTest extends AccessTest {
    private static final byte[] VALUE = "value".getBytes(UTF_8);
    private static final String MAP = ":map::user.virtiofs.:";
    private static final String CAPABILITY = "security.capability";

    /** {@code struct vfs_cap_data}, version 2: cap_net_raw, effective. */
    private static final byte[] NET_RAW = {1, 0, 0, 2, 0, 32, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};

    private List<String> names(long node) {
        return Stream.of(new String(client.listxattr(node, 65536).ok(), UTF_8).split("\0"))
                .filter(name -> !name.isEmpty())
                .toList();
    }

    @Test
    void whereTheyAreOffTheGuestNeedNotAskAgain() {
        open(Map.of());
        client.setxattr(ROOT, "user.a", VALUE, 0).fails(Errno.ENOSYS);
        client.getxattr(ROOT, "user.a", 10).fails(Errno.ENOSYS);
        client.listxattr(ROOT, 10).fails(Errno.ENOSYS);
        client.removexattr(ROOT, "user.a").fails(Errno.ENOSYS);
    }

    @Test
    void anAttributeOfALinkIsTheLinksOwn() throws Exception {
        open(Map.of("xattr", true));
        Files.writeString(site.path("target"), "");
        var link = client.symlink(ROOT, "link", "target".getBytes(UTF_8)).ok().nodeId();
        var away =
                client.symlink(ROOT, "away", "/etc/passwd".getBytes(UTF_8)).ok().nodeId();

        for (var node : List.of(link, away)) {
            client.setxattr(node, "trusted.a", VALUE, 0).ok();
            assertThat(client.getxattr(node, "trusted.a", 10).ok()).isEqualTo(VALUE);
            assertThat(names(node)).containsExactly("trusted.a");
            client.setxattr(node, "user.a", VALUE, 0).fails(Errno.EPERM);
        }
        assertThat(hostAttribute("link", "trusted.a")).isEqualTo(VALUE);
        assertThat(hostAttribute("target", "trusted.a")).isNull();
        client.removexattr(link, "trusted.a").ok();
        assertThat(hostAttribute("link", "trusted.a")).isNull();
    }

    /** CVE-2020-35517: a guest's own nodes are never opened; a FIFO would wait, a device would act. */
    @Test
    void whatIsNotOpenedHasAttributesToo() throws Exception {
        open(Map.of("xattr", true));
        var fifo = client.mknod(ROOT, "fifo", Mode.FIFO | 0600, 0).ok().nodeId();
        var device = client.mknod(ROOT, "device", Mode.CHARACTER_DEVICE | 0666, 0x103)
                .ok()
                .nodeId();
        var socket = client.mknod(ROOT, "socket", Mode.SOCKET | 0600, 0).ok().nodeId();

        for (var node : List.of(fifo, device, socket)) {
            client.setxattr(node, "trusted.a", VALUE, 0).ok();
            assertThat(client.getxattr(node, "trusted.a", 10).ok()).isEqualTo(VALUE);
            client.open(node, OpenFlags.RDWR).fails(Errno.ENXIO);
            client.truncate(node, 0).fails(Errno.EINVAL);
        }
        client.create(ROOT, "device", 0600, OpenFlags.RDWR | OpenFlags.CREAT).fails(Errno.ENXIO);
    }

    @Test
    void whatIsWrittenByANameIsReadByItWhateverTheHostCallsIt() {
        open(Map.of("xattrmap", MAP));
        client.create(ROOT, "a", 0644).ok();
        var node = client.lookup(ROOT, "a").ok().nodeId();
        setHostAttribute("a", "user.hosts", VALUE);

        client.setxattr(node, "trusted.a", VALUE, 0).ok();
        client.setxattr(node, "user.b", VALUE, 0).ok();
        assertThat(names(node)).containsExactlyInAnyOrder("trusted.a", "user.b");
        assertThat(client.getxattr(node, "trusted.a", 10).ok()).isEqualTo(VALUE);
        client.getxattr(node, "user.hosts", 10).fails(Errno.ENODATA);
        assertThat(hostAttribute("a", "user.virtiofs.trusted.a")).isEqualTo(VALUE);
        assertThat(hostAttribute("a", "trusted.a")).isNull();
        client.removexattr(node, "trusted.a").ok();
        assertThat(hostAttribute("a", "user.virtiofs.trusted.a")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", MAP})
    void namesThatAreRootsAreListedForRootAlone(String map) {
        open(map.isEmpty() ? Map.of("xattr", true) : Map.of("xattrmap", map));
        var node = client.create(ROOT, "a", 0644).ok().nodeId();
        client.setxattr(node, "trusted.a", VALUE, 0).ok();
        client.setxattr(node, "user.b", VALUE, 0).ok();

        client.actAs(1000, 1000);
        assertThat(names(node)).containsExactly("user.b");
        client.actAs(Protocol.INVALID_ID, Protocol.INVALID_ID); // somebody, by a kernel that says not who
        assertThat(names(node)).containsExactlyInAnyOrder("trusted.a", "user.b");
    }

    @Test
    void aGuestCannotForgeWhatLiesUnderAPrefix() {
        open(Map.of("xattrmap", ":prefix:all:trusted.:user.virtiofs.::ok:all:::"));
        var node = client.create(ROOT, "a", 0644).ok().nodeId();

        client.setxattr(node, "user.virtiofs.trusted.a", VALUE, 0).fails(Errno.EPERM);
        client.removexattr(node, "user.virtiofs.trusted.a").fails(Errno.EPERM);
        client.getxattr(node, "user.virtiofs.trusted.a", 10).fails(Errno.EPERM);
        assertThat(names(node)).isEmpty();
    }

    @Test
    void aNameOfNothingAndOneTooLongForTheHostAreRefused() {
        open(Map.of("xattrmap", MAP));
        client.setxattr(ROOT, "user." + "x".repeat(245), VALUE, 0).fails(Errno.ERANGE);
        client.setxattr(ROOT, "", VALUE, 0).fails(Errno.ERANGE);
    }

    @Test
    void accessListsThatNobodyEnforcesAreNotThere() throws Exception {
        open(Map.of("xattr", true));
        var node = client.create(ROOT, "a", 0644).ok().nodeId();
        setHostAttribute("a", Xattrs.ACCESS_LIST, AclTest.list(6, 4, 1000, 7, 7, 0));

        client.getxattr(node, Xattrs.ACCESS_LIST, 100).fails(Errno.EOPNOTSUPP);
        client.setxattr(node, Xattrs.ACCESS_LIST, AclTest.list(6, 6, 1000, 7, 7, 6), 0)
                .fails(Errno.EOPNOTSUPP);
        client.removexattr(node, Xattrs.ACCESS_LIST).fails(Errno.EOPNOTSUPP);
        assertThat(names(node)).doesNotContain(Xattrs.ACCESS_LIST);
    }

    /** CVE-2021-20263: whoever may write a program must not get its capabilities. */
    @Test
    void aProgramThatIsChangedLosesItsCapabilitiesWhateverTheHostCallsThem() throws Exception {
        for (var keys : List.of(Map.<String, Object>of("xattr", true), Map.<String, Object>of("xattrmap", MAP))) {
            open(keys);
            var file = client.create(ROOT, "a", 0777).ok();
            var node = file.nodeId();
            client.write(file.opened(), 0, VALUE).ok();
            var lost = List.<Runnable>of(
                    () -> client.write(file.opened(), 0, VALUE).ok(),
                    () -> client.startAppend(file.opened(), VALUE).await().ok(),
                    () -> client.write(file.opened(), 0, new byte[300_000]).ok(),
                    () -> client.truncate(node, 1).ok(),
                    () -> client.setattr(
                                    node,
                                    in -> in.set("valid", SetattrValid.UID | SetattrValid.GID)
                                            .set("uid", 7)
                                            .set("gid", 7))
                            .ok(),
                    () -> client.open(node, OpenFlags.WRONLY | OpenFlags.TRUNC).ok(),
                    () -> client.create(ROOT, "a", 0777, OpenFlags.WRONLY | OpenFlags.CREAT | OpenFlags.TRUNC)
                            .ok());
            for (int i = 0; i < lost.size(); i++) {
                client.setxattr(node, CAPABILITY, NET_RAW, 0).ok();
                assertThat(client.getxattr(node, CAPABILITY, 100).ok()).isNotEmpty();
                lost.get(i).run();
                var left = client.getxattr(node, CAPABILITY, 100);
                assertThat(left.error()).as("%s, way %s", keys, i).isEqualTo(Errno.ENODATA);
            }
            client.setxattr(node, CAPABILITY, NET_RAW, 0).ok();
            client.read(file.opened(), 0, 10).ok();
            client.setattr(node, in -> in.set("valid", SetattrValid.MTIME)).ok();
            assertThat(client.getxattr(node, CAPABILITY, 100).isOk()).isTrue();
            site.close();
        }
        site = null;
    }

    @Test
    void aNewFileHasItsLabelFromTheBeginning() throws Exception {
        open(Map.of("security-label", "always"));
        var label = label("security.selinux", "a:b:c:s0");
        client.actAs(1000, 1000);

        var made = List.of(
                client.create(ROOT, "file", 0600, OpenFlags.RDWR | OpenFlags.CREAT, label)
                        .ok()
                        .nodeId(),
                client.mkdir(ROOT, "dir", 0700, label).ok().nodeId(),
                client.mknod(ROOT, "fifo", Mode.FIFO | 0600, 0, label).ok().nodeId(),
                client.symlink(ROOT, "link", "x".getBytes(UTF_8), label).ok().nodeId());

        for (var node : made) {
            assertThat(client.getxattr(node, "security.selinux", 100).ok())
                    .asString(UTF_8)
                    .isEqualTo("a:b:c:s0");
        }
        assertThat(owner("file")).isEqualTo("1000:1000");
    }

    @Test
    void aFileThatCannotHaveItsLabelIsNotMade() throws Exception {
        open(Map.of("security-label", "auto", "xattrmap", ":bad:all:security.:security.: :ok:all:::"));
        var label = label("security.selinux", "a:b:c:s0");

        client.create(ROOT, "file", 0600, OpenFlags.RDWR | OpenFlags.CREAT, label)
                .fails(Errno.EPERM);
        client.mkdir(ROOT, "dir", 0700, label).fails(Errno.EPERM);
        client.symlink(ROOT, "link", "x".getBytes(UTF_8), label).fails(Errno.EPERM);
        try (var all = Files.list(site.root)) {
            assertThat(all.map(Path::toString)).isEmpty();
        }
        client.mkdir(ROOT, "dir", 0700).ok();
    }

    @Test
    void aLabelThatWasNotAgreedOnIsNothing() {
        open(Map.of("xattr", true));
        var node = client.mkdir(ROOT, "dir", 0700, label("security.selinux", "x"))
                .ok()
                .nodeId();
        client.getxattr(node, "security.selinux", 100).fails(Errno.ENODATA);
    }
}
