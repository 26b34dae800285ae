package org.dpfs4j.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.dpfs4j.client.Seen;
import org.dpfs4j.tck.Answer;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.IoctlFlags;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Flags of files by IOCTL, as lsattr and chattr do. */
class IoctlTest extends SiteTest {
    private static final byte[] NOTHING = {};
    private static final int IMMUTABLE = 0x10;
    private static final int APPEND = 0x20;
    private static final int NO_DUMP = 0x40;
    private static final int JOURNAL_DATA = 0x4000;
    private static final int PROJECT = 0x2000_0000;

    private Seen.Opened file;

    @BeforeEach
    void aFileWithFlags() {
        file = client.create(ROOT, "a", 0644).ok().opened();
        var answer = client.ioctl(file, FileFlags.GET_FLAGS, NOTHING, 4, 0);
        assumeTrue(answer.isOk(), () -> "no flags here: " + answer.error());
    }

    private static ByteBuffer buffer(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    }

    private static byte[] bytes(int flags) {
        var bytes = new byte[4];
        buffer(bytes).putInt(0, flags);
        return bytes;
    }

    private int flags(Seen.Opened of) {
        var told = client.ioctl(of, FileFlags.GET_FLAGS, NOTHING, 4, 0).ok();
        assertThat(told).hasSize(4);
        return buffer(told).getInt(0);
    }

    private Answer<byte[]> set(Seen.Opened of, int flags) {
        return client.ioctl(of, FileFlags.SET_FLAGS, bytes(flags), 0, 0);
    }

    @Test
    void aFlagIsSetAndCleared() {
        var before = flags(file);
        set(file, before | NO_DUMP).ok();
        assertThat(flags(file)).isEqualTo(before | NO_DUMP);
        set(file, before).ok();
        assertThat(flags(file)).isEqualTo(before);
    }

    @Test
    void directoriesHaveFlagsToo() {
        var directory =
                client.opendir(client.mkdir(ROOT, "d", 0755).ok().nodeId()).ok();
        set(directory, flags(directory) | NO_DUMP).ok();
        assertThat(flags(directory) & NO_DUMP).isNotZero();
    }

    @Test
    void aGuestTakesNoFileOutOfTheOperatorsHands() {
        var before = flags(file);
        set(file, before | IMMUTABLE).fails(Errno.EPERM);
        set(file, before | APPEND).fails(Errno.EPERM);
        set(file, before | PROJECT).fails(Errno.EPERM);
        set(file, before | JOURNAL_DATA).fails(Errno.EOPNOTSUPP);
        assertThat(flags(file)).isEqualTo(before);
    }

    @Test
    void aGuestChangesNobodysQuota() {
        var answer = client.ioctl(file, FileFlags.GET_XFLAGS, NOTHING, FileFlags.XFLAGS_BYTES, 0);
        assumeTrue(answer.isOk(), () -> "no struct fsxattr here: " + answer.error());
        var now = answer.ok();
        assertThat(now).hasSize(FileFlags.XFLAGS_BYTES);
        client.ioctl(file, FileFlags.SET_XFLAGS, now, 0, 0).ok();

        var other = now.clone();
        buffer(other).putInt(12, 4711);
        client.ioctl(file, FileFlags.SET_XFLAGS, other, 0, 0).fails(Errno.EPERM);
        var immutable = now.clone();
        buffer(immutable).putInt(0, buffer(now).getInt(0) | 8);
        client.ioctl(file, FileFlags.SET_XFLAGS, immutable, 0, 0).fails(Errno.EPERM);
        assertThat(client.ioctl(file, FileFlags.GET_XFLAGS, NOTHING, FileFlags.XFLAGS_BYTES, 0)
                        .ok())
                .isEqualTo(now);
    }

    @Test
    void aGuestDoesNotSayWhereDataLies() {
        var answer = client.ioctl(file, FileFlags.GET_XFLAGS, NOTHING, FileFlags.XFLAGS_BYTES, 0);
        assumeTrue(answer.isOk(), () -> "no struct fsxattr here: " + answer.error());
        var now = answer.ok();
        for (int bit : new int[] {0x1, 0x100, 0x400, 0x800, 0x1000, 0x4000, 0x8000, 0x1_0000, 0x10_0000}) {
            var other = now.clone();
            buffer(other).putInt(0, buffer(now).getInt(0) | bit);
            client.ioctl(file, FileFlags.SET_XFLAGS, other, 0, 0).fails(Errno.EOPNOTSUPP);
        }
        for (int field : new int[] {4, 16}) {
            var other = now.clone();
            buffer(other).putInt(field, 4096);
            client.ioctl(file, FileFlags.SET_XFLAGS, other, 0, 0).fails(Errno.EOPNOTSUPP);
        }
        var dumped = now.clone();
        buffer(dumped).putInt(0, buffer(now).getInt(0) | 0x80);
        client.ioctl(file, FileFlags.SET_XFLAGS, dumped, 0, 0).ok();
        assertThat(flags(file) & NO_DUMP).isNotZero();
    }

    @Test
    void sizesAreThoseOfTheCommand() {
        for (int bytes : new int[] {0, 1, 3, 5, 7, 9, 4096}) {
            client.ioctl(file, FileFlags.GET_FLAGS, NOTHING, bytes, 0).fails(Errno.EINVAL);
            client.ioctl(file, FileFlags.SET_FLAGS, new byte[bytes], 0, 0).fails(Errno.EINVAL);
            client.ioctl(file, FileFlags.GET_XFLAGS, NOTHING, bytes, 0).fails(Errno.EINVAL);
            client.ioctl(file, FileFlags.SET_XFLAGS, new byte[bytes], 0, 0).fails(Errno.EINVAL);
        }
        client.ioctl(file, Verity.ENABLE, new byte[127], 0, 0).fails(Errno.EINVAL);
        client.ioctl(file, Verity.ENABLE, new byte[129], 0, 0).fails(Errno.EINVAL);
        client.ioctl(file, Verity.MEASURE, new byte[3], 3, 0).fails(Errno.EINVAL);
        client.ioctl(file, Verity.MEASURE, new byte[100], 100, 0).fails(Errno.EINVAL);
    }

    @Test
    void sealingSaysWhatTheFileSystemSays() {
        var argument = new byte[Verity.ENABLE_BYTES];
        buffer(argument).putInt(0, 1).putInt(4, 1).putInt(8, 4096);
        client.ioctl(file, Verity.ENABLE, argument, 0, 0)
                .fails(Errno.ENOTTY, Errno.EOPNOTSUPP, Errno.ETXTBSY, Errno.EACCES);
        var digest = new byte[4 + 32];
        buffer(digest).putShort(2, (short) 0xFFFF);
        client.ioctl(file, Verity.MEASURE, digest, digest.length, 0)
                .fails(Errno.ENOTTY, Errno.EOPNOTSUPP, Errno.ENODATA);
        client.ioctl(file, Verity.ENABLE, argument, 0, 0)
                .fails(Errno.ENOTTY, Errno.EOPNOTSUPP, Errno.ETXTBSY, Errno.EACCES);
    }

    @Test
    void whatFollowsNoRuleIsRefused() {
        client.ioctl(file, FileFlags.GET_FLAGS, NOTHING, 4, IoctlFlags.UNRESTRICTED)
                .fails(Errno.ENOTTY);
        client.ioctl(Seen.Opened.forged(ROOT, 4711), FileFlags.GET_FLAGS, NOTHING, 4, 0)
                .fails(Errno.EBADF);
    }
}
