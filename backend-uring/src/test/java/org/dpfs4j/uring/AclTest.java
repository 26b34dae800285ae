package org.dpfs4j.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.dpfs4j.client.RequestBytes;
import org.dpfs4j.fs.Tenant;
import org.dpfs4j.wire.ClientArch;
import org.dpfs4j.wire.InitFlags;
import org.dpfs4j.wire.Mode;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.SetattrValid;
import org.junit.jupiter.api.Test;

/** Access control lists: the guest enforces them, the host keeps, inherits and masks. */
class AclTest extends AccessTest {
    private static final int KILL_SGID = 1;

    private static RequestBytes masked(RequestBytes request) {
        return request.set("umask", 027);
    }

    /** A list with one named user: {@code struct posix_acl_xattr_header} and entries of tag, permissions, id. */
    static byte[] list(int owner, int group, int user, int usersPermissions, int mask, int others) {
        var bytes =
                ByteBuffer.allocate(4 + 5 * 8).order(ByteOrder.LITTLE_ENDIAN).putInt(2);
        entry(bytes, 0x01, owner, -1);
        entry(bytes, 0x02, usersPermissions, user);
        entry(bytes, 0x04, group, -1);
        entry(bytes, 0x10, mask, -1);
        entry(bytes, 0x20, others, -1);
        return bytes.array();
    }

    private static void entry(ByteBuffer bytes, int tag, int permissions, int id) {
        bytes.putShort((short) tag).putShort((short) permissions).putInt(id);
    }

    @Test
    void aListIsTheHosts() throws Exception {
        open(Map.of("posix-acl", "always"));
        var node = client.create(ROOT, "a", 0600).ok().nodeId();
        var list = list(6, 0, 1000, 6, 6, 4);

        client.setxattrExt(node, Xattrs.ACCESS_LIST, list, 0, 0).ok();

        assertThat(client.getxattr(node, Xattrs.ACCESS_LIST, 100).ok()).isEqualTo(list);
        assertThat(hostAttribute("a", Xattrs.ACCESS_LIST)).isEqualTo(list);
        assertThat(permissions("a")).as("the mask stands for the group").isEqualTo(0664);
        client.setattr(node, in -> in.set("valid", SetattrValid.MODE).set("mode", 0600))
                .ok();
        assertThat(client.getxattr(node, Xattrs.ACCESS_LIST, 100).ok()).isEqualTo(list(6, 0, 1000, 6, 0, 0));
    }

    @Test
    void aUmaskIsOurs() throws Exception {
        open(Map.of("posix-acl", "auto"));
        client.create(ROOT, "file", 0666, OpenFlags.RDWR | OpenFlags.CREAT, AclTest::masked)
                .ok();
        client.mkdir(ROOT, "dir", 0777, AclTest::masked).ok();
        client.mknod(ROOT, "fifo", Mode.FIFO | 0666, 0, AclTest::masked).ok();
        client.create(ROOT, "set", SET_IDS, OpenFlags.RDWR | OpenFlags.CREAT, request -> request.set("umask", 07777))
                .ok();

        assertThat(permissions("file")).isEqualTo(0640);
        assertThat(permissions("dir")).isEqualTo(0750);
        assertThat(permissions("fifo")).isEqualTo(0640);
        assertThat(permissions("set")).as("a mask is nine bits").isEqualTo(SET_UID | SET_GID);
    }

    @Test
    void aDefaultListCountsInsteadOfTheUmask() throws Exception {
        open(Map.of("posix-acl", "always"));
        var dir = client.mkdir(ROOT, "dir", 0777).ok().nodeId();
        var list = list(7, 5, 1000, 7, 7, 0);
        client.setxattrExt(dir, Xattrs.DEFAULT_LIST, list, 0, 0).ok();
        client.actAs(1000, 1000);

        client.create(dir, "file", 0666, OpenFlags.RDWR | OpenFlags.CREAT, AclTest::masked)
                .ok();
        client.mknod(dir, "fifo", Mode.FIFO | 0666, 0, AclTest::masked).ok();
        var sub = client.mkdir(dir, "sub", 0777, AclTest::masked).ok().nodeId();

        assertThat(permissions("dir/file")).isEqualTo(0660);
        assertThat(hostAttribute("dir/file", Xattrs.ACCESS_LIST)).isEqualTo(list(6, 5, 1000, 7, 6, 0));
        assertThat(permissions("dir/fifo")).isEqualTo(0660);
        assertThat(permissions("dir/sub")).isEqualTo(0770);
        assertThat(client.getxattr(sub, Xattrs.DEFAULT_LIST, 100).ok()).isEqualTo(list);
        assertThat(owner("dir/file")).isEqualTo("1000:1000");
    }

    @Test
    void withoutListsTheGuestHasAppliedItsUmask() throws Exception {
        open(Map.of());
        client.create(ROOT, "file", 0666, OpenFlags.RDWR | OpenFlags.CREAT, AclTest::masked)
                .ok();
        assertThat(permissions("file")).isEqualTo(0666);
    }

    @Test
    void aListSetByWhoIsNotInTheGroupTakesTheSetGidBit() throws Exception {
        open(Map.of("posix-acl", "always"));
        var list = list(6, 6, 1000, 6, 6, 4);
        for (var group : new int[] {0, 65534, 1000}) {
            var node = client.create(ROOT, "g" + group, 0644).ok().nodeId();
            client.setattr(node, in -> in.set("valid", SetattrValid.GID).set("gid", group))
                    .ok();
            client.setattr(node, in -> in.set("valid", SetattrValid.MODE).set("mode", SET_GID | 0664))
                    .ok();

            client.setxattrExt(node, Xattrs.ACCESS_LIST, list, 0, 0).ok();
            assertThat(permissions("g" + group)).as("group %s", group).isEqualTo(SET_GID | 0664);
            client.setxattrExt(node, Xattrs.ACCESS_LIST, list, 0, KILL_SGID).ok();
            assertThat(permissions("g" + group)).as("group %s", group).isEqualTo(0664);
        }
    }

    @Test
    void whoCannotEnforceListsIsServedWithoutOrNotAtAll() {
        open(Map.of("posix-acl", "auto", "security-label", "auto"));
        var incapable = new Tenant("old", ClientArch.own(), ~InitFlags.SETXATTR_EXT & ~InitFlags.SECURITY_CTX);
        var share = site.backend.open(incapable).toCompletableFuture().join();
        assertThat(share.features() & (AccessConfig.ACL_FLAGS | InitFlags.SECURITY_CTX))
                .isZero();
        share.close();
        assertThat(site.share.features() & AccessConfig.ACL_FLAGS).isEqualTo(AccessConfig.ACL_FLAGS);
        assertThat(site.share.features() & InitFlags.SECURITY_CTX).isNotZero();

        for (var key : new String[] {"posix-acl", "security-label"}) {
            try (var strict = ground.backend(site.root, Ground.Settings.access(Map.of(key, "always")))) {
                strict.start(site.lanes).toCompletableFuture().join();
                assertThatThrownBy(() ->
                                strict.open(incapable).toCompletableFuture().join())
                        .isInstanceOf(CompletionException.class)
                        .hasMessageContaining(key + " is \"always\", and the guest cannot");
            }
        }
    }
}
