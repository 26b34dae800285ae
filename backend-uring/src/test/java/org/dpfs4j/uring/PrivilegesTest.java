package org.dpfs4j.uring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.dpfs4j.client.Seen;
import org.dpfs4j.wire.InitFlags;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.SetattrValid;
import org.junit.jupiter.api.Test;

/** Set-id bits go where the guest asks for it and on every change of the owner, and stay elsewhere. */
class PrivilegesTest extends AccessTest {
    private static final byte[] DATA = "data".getBytes(UTF_8);
    private static final int KILL_WRITE = 1 << 2;
    private static final int KILL_OPEN = 1;

    private Seen.Created program(String name, int gid, int permissions) {
        var file = client.create(ROOT, name, 0777).ok();
        client.setattr(file.nodeId(), in -> in.set("valid", SetattrValid.GID).set("gid", gid))
                .ok();
        client.setattr(file.nodeId(), in -> in.set("valid", SetattrValid.MODE).set("mode", permissions))
                .ok();
        return file;
    }

    @Test
    void itIsOfferedUnlessSwitchedOff() throws Exception {
        open(Map.of("killpriv-v2", false));
        assertThat(site.share.features() & InitFlags.HANDLE_KILLPRIV_V2).isZero();
        site.close();
        open(Map.of());
        assertThat(site.share.features() & InitFlags.HANDLE_KILLPRIV_V2).isNotZero();
    }

    @Test
    void aWriteClearsThemWhenItSaysSo() throws Exception {
        open(Map.of());
        var file = program("a", 0, SET_IDS);

        assertThat(client.write(file.opened(), 0, DATA).ok()).isEqualTo(4);
        assertThat(permissions("a")).isEqualTo(SET_IDS);
        assertThat(client.write(file.opened(), 4, DATA, in -> in.set("write_flags", KILL_WRITE))
                        .ok())
                .isEqualTo(4);
        assertThat(permissions("a")).isEqualTo(0777);
        assertThat(client.read(file.opened(), 0, 10).ok()).asString(UTF_8).isEqualTo("datadata");
    }

    @Test
    void aLargeWriteAndAnAppendingOneDoTheSame() throws Exception {
        open(Map.of());
        var file = program("a", 0, SET_IDS);
        var large = new byte[3_000_001];
        large[3_000_000] = 7;

        assertThat(client.write(file.opened(), 5, large, in -> in.set("write_flags", KILL_WRITE))
                        .ok())
                .isEqualTo(large.length);
        assertThat(permissions("a")).isEqualTo(0777);
        assertThat(client.read(file.opened(), 3_000_005, 10).ok()).isEqualTo(new byte[] {7});

        client.write(
                        file.opened(),
                        0,
                        DATA,
                        in -> in.set("write_flags", KILL_WRITE).set("flags", OpenFlags.APPEND))
                .ok();
        assertThat(client.read(file.opened(), 3_000_006, 10).ok()).isEqualTo(DATA);
    }

    @Test
    void theRightToKeepThemIsBackAfterwards() throws Exception {
        open(Map.of());
        var file = program("a", 0, SET_IDS);
        var other = program("b", 0, SET_IDS);
        for (int i = 0; i < 20; i++) {
            client.write(file.opened(), 0, DATA, in -> in.set("write_flags", KILL_WRITE))
                    .ok();
            client.truncate(other.nodeId(), i).ok();
            client.write(other.opened(), 0, new byte[200_000]).ok();
        }
        assertThat(permissions("b")).isEqualTo(SET_IDS);
        client.actAs(0, 0);
        assertThat(client.create(ROOT, "c", SET_IDS).isOk()).isTrue();
        assertThat(permissions("c")).isEqualTo(SET_IDS);
    }

    @Test
    void aSetGidBitWithoutTheRightToExecuteIsNoPrivilege() throws Exception {
        open(Map.of());
        for (var gid : new int[] {0, 1000}) {
            var file = program("f" + gid, gid, 06666);
            client.write(file.opened(), 0, DATA, in -> in.set("write_flags", KILL_WRITE))
                    .ok();
            assertThat(permissions("f" + gid)).isEqualTo(02666);
            var flags = OpenFlags.RDWR | OpenFlags.CREAT | OpenFlags.TRUNC;
            client.create(ROOT, "f" + gid, 0600, flags, in -> in.set("open_flags", KILL_OPEN))
                    .ok();
            assertThat(permissions("f" + gid)).isEqualTo(02666);
        }
    }

    @Test
    void cuttingClearsThemWhenItSaysSo() throws Exception {
        open(Map.of());
        var file = program("a", 5, SET_IDS);

        client.truncate(file.nodeId(), 3).ok();
        assertThat(permissions("a")).isEqualTo(SET_IDS);
        client.setattr(
                        file.nodeId(),
                        in -> in.set("valid", SetattrValid.SIZE | SetattrValid.KILL_SUIDGID)
                                .set("size", 2))
                .ok();
        assertThat(permissions("a")).isEqualTo(0777);

        program("b", 5, SET_IDS);
        var node = client.lookup(ROOT, "b").ok().nodeId();
        client.open(node, OpenFlags.WRONLY | OpenFlags.TRUNC).ok();
        assertThat(permissions("b")).isEqualTo(SET_IDS);
        client.open(node, OpenFlags.RDONLY, in -> in.set("open_flags", KILL_OPEN))
                .ok();
        assertThat(permissions("b")).as("nothing is cut").isEqualTo(SET_IDS);
        client.open(node, OpenFlags.WRONLY | OpenFlags.TRUNC, in -> in.set("open_flags", KILL_OPEN))
                .ok();
        assertThat(permissions("b")).isEqualTo(0777);

        program("c", 5, SET_IDS);
        var flags = OpenFlags.WRONLY | OpenFlags.CREAT | OpenFlags.TRUNC;
        client.create(ROOT, "c", 0600, flags, in -> in.set("open_flags", KILL_OPEN))
                .ok();
        assertThat(permissions("c")).isEqualTo(0777);
    }

    @Test
    void aNewOwnerAlwaysDoes() throws Exception {
        open(Map.of());
        var file = program("a", 0, SET_IDS);
        client.setattr(file.nodeId(), in -> in.set("valid", SetattrValid.UID).set("uid", 7))
                .ok();
        assertThat(permissions("a")).isEqualTo(0777);
    }

    @Test
    void allocatingTakesThemFromWhoIsNotRoot() throws Exception {
        open(Map.of());
        var file = program("a", 0, SET_IDS);
        client.fallocate(file.opened(), 0, 100, 0).ok();
        assertThat(permissions("a")).isEqualTo(SET_IDS);
        client.actAs(1000, 1000);
        client.fallocate(file.opened(), 0, 5000, 0).ok();
        assertThat(permissions("a")).isEqualTo(0777);
    }

    @Test
    void whoIsNoMemberLosesASetGidBitByAllocatingThoughNobodyCouldExecute() throws Exception {
        open(Map.of());
        client.actAs(0, 0);
        var its = program("a", 1000, 06666);
        var anothers = program("b", 1001, 06666);
        client.actAs(1000, 1000);
        client.fallocate(its.opened(), 0, 5000, 0).ok();
        client.fallocate(anothers.opened(), 0, 5000, 0).ok();
        assertThat(permissions("a")).isEqualTo(02666);
        assertThat(permissions("b")).isEqualTo(0666);
    }

    @Test
    void whoIsNotNamedIsNoMember() throws Exception {
        open(Map.of());
        var file = program("a", 1000, 06666);
        client.actAs(-1, -1);
        client.fallocate(file.opened(), 0, 5000, 0).ok();
        assertThat(permissions("a")).isEqualTo(0666);
    }
}
