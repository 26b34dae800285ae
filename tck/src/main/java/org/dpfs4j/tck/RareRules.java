package org.dpfs4j.tck;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.OpenFlags;
import org.dpfs4j.wire.Statx;
import org.dpfs4j.wire.StatxMask;
import org.junit.jupiter.api.Test;

/** TMPFILE, STATX, COPY_FILE_RANGE, SYNCFS and IOCTL: what is not served says so in the way that its guest understands. */
public interface RareRules extends Rules {
    /** Whether a guest goes on without it. */
    private static boolean isNotServed(Answer<?> answer) {
        return answer.error() == Errno.ENOSYS || answer.error() == Errno.EOPNOTSUPP;
    }

    @Test
    default void aFileWithoutANameGetsOneByLink() {
        var answer = client().tmpfile(ROOT, 0640);
        if (isNotServed(answer)) {
            return;
        }
        var made = answer.ok();
        assertThat(made.entry().attributes().linkCount()).isZero();
        assertThat(made.entry().attributes().permissions()).isEqualTo(0640);
        assertThat(made.entry().attributes().uid()).isEqualTo(fixture().uid());
        client().write(made.opened(), 0, "kept".getBytes(UTF_8)).ok();
        assertThat(client().list(ROOT)).isEmpty();
        assertThat(client().link(made.nodeId(), ROOT, "a").ok().nodeId()).isEqualTo(made.nodeId());
        assertThat(client().lookup(ROOT, "a").ok().nodeId()).isEqualTo(made.nodeId());
        assertThat(content(made.opened())).isEqualTo("kept");
    }

    @Test
    default void aFileThatShallStayWithoutANameGetsNone() {
        var answer = client().tmpfile(ROOT, 0600, OpenFlags.RDWR | OpenFlags.EXCL);
        if (isNotServed(answer)) {
            return;
        }
        client().link(answer.ok().nodeId(), ROOT, "a").fails(Errno.ENOENT);
        client().tmpfile(ROOT, 0600, OpenFlags.RDONLY).fails(Errno.EINVAL);
        client().tmpfile(file("b", "").nodeId(), 0600).fails(Errno.ENOTDIR);
    }

    @Test
    default void statxAgreesWithGetattr() {
        var file = file("a", "abc");
        var answer = client().statx(file.nodeId(), StatxMask.BASIC_STATS | StatxMask.BTIME | StatxMask.MNT_ID);
        if (isNotServed(answer)) {
            return;
        }
        var told = new Statx(MemorySegment.ofArray(answer.ok()).asReadOnly(), 0);
        var known = client().getattr(file.nodeId()).ok();
        assertThat(told.mask() & StatxMask.BASIC_STATS).isEqualTo(StatxMask.BASIC_STATS);
        assertThat(told.mask() & ~(StatxMask.BASIC_STATS | StatxMask.BTIME)).isZero();
        assertThat(told.sizeBytes()).isEqualTo(3);
        assertThat(told.mode()).isEqualTo(known.mode());
        assertThat(told.ino()).isEqualTo(known.ino());
        assertThat(told.mtimeSeconds()).isEqualTo(known.mtime().seconds());
        assertThat(told.mtimeNanos()).isEqualTo(known.mtime().nanos());
        if ((told.mask() & StatxMask.BTIME) != 0) {
            assertThat(told.btimeSeconds()).isLessThanOrEqualTo(told.mtimeSeconds());
            assertThat(told.btimeSeconds()).isPositive();
        }
    }

    @Test
    default void aCopyEndsWithItsSource() {
        var from = file("a", "0123456789").opened();
        var to = file("b", "").opened();
        var answer = client().copyFileRange(from, 8, to, 0, 1L << 40);
        if (isNotServed(answer) || answer.error() == Errno.EXDEV) {
            return;
        }
        assertThat(answer.ok()).isEqualTo(2);
        assertThat(content(to)).isEqualTo("89");
        assertThat(client().copyFileRange(from, 10, to, 0, 5).ok()).isZero();
        assertThat(client().copyFileRange(from, 0, from, 20, 5).ok()).isEqualTo(5);
        client().copyFileRange(from, 0, from, 1, 5).fails(Errno.EINVAL);
        client().copyFileRange(from, 0, to, 0, -1).fails(Errno.EINVAL, Errno.EFBIG, Errno.EOVERFLOW);
        client().copyFileRange(from, 0, to, -1, 5).fails(Errno.EINVAL, Errno.EFBIG, Errno.EOVERFLOW);
        var readOnly = client().open(file("c", "").nodeId(), OpenFlags.RDONLY).ok();
        client().copyFileRange(from, 0, readOnly, 0, 5).fails(Errno.EBADF);
    }

    @Test
    default void aFileSystemIsSyncedAsAWhole() {
        var answer = client().syncfs(ROOT);
        if (!isNotServed(answer)) {
            answer.ok();
            client().syncfs(file("a", "abc").nodeId()).ok();
        }
    }

    @Test
    default void anIoctlThatIsNotKnownIsRefused() {
        var file = file("a", "");
        client().ioctl(file.opened(), 0x5401, new byte[8]).fails(Errno.ENOTTY, Errno.ENOSYS);
        client().ioctl(client().opendir(ROOT).ok(), 0x12345678, new byte[100]).fails(Errno.ENOTTY, Errno.ENOSYS);
    }
}
