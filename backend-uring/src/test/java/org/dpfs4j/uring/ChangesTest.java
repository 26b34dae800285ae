package org.dpfs4j.uring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.time.Instant;
import org.dpfs4j.client.Seen;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.Mode;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.Protocol;
import org.dpfs4j.wire.SetattrValid;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Changing attributes. */
class ChangesTest extends SiteTest {
    private long file;

    @BeforeEach
    void aFile() throws Exception {
        Files.writeString(site.path("a"), "content");
        file = client.lookup(ROOT, "a").ok().nodeId();
    }

    private Seen.Attributes times(long node, int valid, long atime, long atimeNanos, long mtime, long mtimeNanos) {
        return client.setattr(
                        node,
                        in -> in.set("valid", valid)
                                .set("atime", atime)
                                .set("atimensec", atimeNanos)
                                .set("mtime", mtime)
                                .set("mtimensec", mtimeNanos))
                .ok();
    }

    @Test
    void permissionsOwnerAndSizeChangeTogether() {
        var valid = SetattrValid.MODE | SetattrValid.UID | SetattrValid.GID | SetattrValid.SIZE;
        var now = client.setattr(
                        file,
                        in -> in.set("valid", valid)
                                .set("mode", Mode.REGULAR | 0640)
                                .set("uid", 1000)
                                .set("gid", 2000)
                                .set("size", 3))
                .ok();

        assertThat(now.permissions()).isEqualTo(0640);
        assertThat(now.uid()).isEqualTo(1000);
        assertThat(now.gid()).isEqualTo(2000);
        assertThat(now.sizeBytes()).isEqualTo(3);
        assertThat(client.getattr(file).ok()).isEqualTo(now);
    }

    @Test
    void whatIsNotNamedStays() {
        var before = client.getattr(file).ok();
        client.setattr(
                        file,
                        in -> in.set("valid", SetattrValid.UID)
                                .set("uid", 7)
                                .set("gid", 8)
                                .set("mode", 0))
                .ok();
        var after = client.getattr(file).ok();

        assertThat(after.uid()).isEqualTo(7);
        assertThat(after.gid()).isEqualTo(before.gid());
        assertThat(after.mode()).isEqualTo(before.mode());
        assertThat(after.sizeBytes()).isEqualTo(before.sizeBytes());
        assertThat(after.mtime()).isEqualTo(before.mtime());
    }

    @Test
    void timesAreSetToTheNanosecond() {
        var now = times(file, SetattrValid.ATIME | SetattrValid.MTIME, 1_000_000_001, 123_456_789, 5, 7);

        assertThat(now.atime()).isEqualTo(new Seen.Time(1_000_000_001, 123_456_789));
        assertThat(now.mtime()).isEqualTo(new Seen.Time(5, 7));
        assertThat(times(file, SetattrValid.MTIME, 0, 0, 6, 8).atime()).isEqualTo(now.atime());
    }

    @Test
    void nowIsTheServersClock() {
        times(file, SetattrValid.ATIME | SetattrValid.MTIME, 1, 0, 1, 0);
        var before = Instant.now().getEpochSecond();

        var valid = SetattrValid.ATIME | SetattrValid.ATIME_NOW | SetattrValid.MTIME | SetattrValid.MTIME_NOW;
        var now = times(file, valid, 1, 0, 1, 0);

        assertThat(now.atime().seconds()).isBetween(before - 1, before + 100);
        assertThat(now.mtime().seconds()).isBetween(before - 1, before + 100);
    }

    @Test
    void aTimeIsNoWayToSayNowOrOmit() {
        for (var nanos : new long[] {0x3FFF_FFFF, 0x3FFF_FFFE, 1_000_000_000, 0xFFFF_FFFFL}) {
            client.setattr(file, in -> in.set("valid", SetattrValid.MTIME).set("mtimensec", nanos))
                    .fails(Errno.EINVAL);
        }
    }

    @Test
    void anOwnerThatIsNoneIsRefused() {
        client.setattr(file, in -> in.set("valid", SetattrValid.UID).set("uid", Protocol.INVALID_ID))
                .fails(Errno.EINVAL);
        client.setattr(file, in -> in.set("valid", SetattrValid.GID).set("gid", Protocol.INVALID_ID))
                .fails(Errno.EINVAL);
    }

    @Test
    void aFileIsCutAndGrownByNodeAndByHandle() throws Exception {
        var opened = client.open(file, OpenFlags.RDWR).ok();
        assertThat(client.truncate(file, 3).ok().sizeBytes()).isEqualTo(3);
        assertThat(client.setattr(
                                file,
                                in -> in.set("valid", SetattrValid.SIZE | SetattrValid.FH)
                                        .set("fh", opened.handle())
                                        .set("size", 1L << 32))
                        .ok()
                        .sizeBytes())
                .isEqualTo(1L << 32);
        assertThat(client.read(opened, 0, 5).ok()).isEqualTo("con\0\0".getBytes(UTF_8));
        client.truncate(file, 0).ok();
        client.truncate(file, -1).fails(Errno.EINVAL);
        client.truncate(ROOT, 0).fails(Errno.EISDIR);
        client.setattr(
                        file,
                        in -> in.set("valid", SetattrValid.SIZE | SetattrValid.FH)
                                .set("fh", 99))
                .fails(Errno.EBADF);
    }

    @Test
    void aFileNobodyMayWriteCanBeCutByHandle() {
        var made = client.create(ROOT, "readonly", 0400).ok();

        assertThat(client.setattr(
                                made.nodeId(),
                                in -> in.set("valid", SetattrValid.SIZE | SetattrValid.FH)
                                        .set("fh", made.opened().handle())
                                        .set("size", 10))
                        .ok()
                        .sizeBytes())
                .isEqualTo(10);
    }

    @Test
    void aLinkIsChangedItselfAndNotItsTarget() {
        var link = client.symlink(ROOT, "link", "a".getBytes(UTF_8)).ok().nodeId();
        var target = client.getattr(file).ok();

        var changed = client.setattr(
                        link,
                        in -> in.set("valid", SetattrValid.UID | SetattrValid.MTIME)
                                .set("uid", 1000)
                                .set("mtime", 12345))
                .ok();

        assertThat(changed.uid()).isEqualTo(1000);
        assertThat(changed.mtime().seconds()).isEqualTo(12345);
        client.setattr(link, in -> in.set("valid", SetattrValid.MODE).set("mode", 0600))
                .fails(Errno.EOPNOTSUPP);
        client.truncate(link, 0).fails(Errno.EINVAL);
        assertThat(client.getattr(file).ok()).isEqualTo(target);
    }

    @Test
    void whatCannotBeOpenedCanStillBeChanged() {
        var fifo = client.mknod(ROOT, "fifo", Mode.FIFO | 0600, 0).ok().nodeId();

        assertThat(client.setattr(fifo, in -> in.set("valid", SetattrValid.MODE).set("mode", 0644))
                        .ok()
                        .permissions())
                .isEqualTo(0644);
        client.truncate(fifo, 0).fails(Errno.EINVAL);
    }
}
