package org.dpfs4j.fuse;

import org.dpfs4j.wire.AttrOut;
import org.dpfs4j.wire.BmapOut;
import org.dpfs4j.wire.CopyFileRangeOut;
import org.dpfs4j.wire.CreateOut;
import org.dpfs4j.wire.EntryOut;
import org.dpfs4j.wire.GetxattrOut;
import org.dpfs4j.wire.InitOut;
import org.dpfs4j.wire.IoctlOut;
import org.dpfs4j.wire.LkOut;
import org.dpfs4j.wire.LseekOut;
import org.dpfs4j.wire.OpenOut;
import org.dpfs4j.wire.PollOut;
import org.dpfs4j.wire.StatfsOut;
import org.dpfs4j.wire.StatxOut;
import org.dpfs4j.wire.WriteOut;

/** The shape of an operation's answer: how large its structure is, behind the reply header. */
enum Answer {
    /** None at all: the descriptor comes back empty. */
    NOTHING(0),
    /** The header alone. */
    STATUS(0),
    INIT(InitOut.BYTES),
    ENTRY(EntryOut.BYTES),
    ATTR(AttrOut.BYTES),
    OPEN(OpenOut.BYTES),
    CREATE(CreateOut.BYTES),
    /** Bytes straight into guest memory. */
    DATA(0),
    WRITE(WriteOut.BYTES),
    COPY_64(CopyFileRangeOut.BYTES),
    /** Directory entries, straight into guest memory. */
    DIRECTORY(0),
    /** A size, or bytes. */
    XATTR(0),
    STATFS(StatfsOut.BYTES),
    LOCK(LkOut.BYTES),
    SEEK(LseekOut.BYTES),
    BLOCK(BmapOut.BYTES),
    STATX(StatxOut.BYTES),
    POLL(PollOut.BYTES),
    IOCTL(IoctlOut.BYTES);

    static {
        assert GetxattrOut.BYTES <= Slot.REPLY_BYTES;
    }

    private final int bytes;

    Answer(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes of the structure; what a guest must have room for, beside the header. */
    int bytes() {
        return bytes;
    }

    /** Bytes that are zero when the backend is called: the structure, or what stands for it. */
    int zeroedBytes() {
        return switch (this) {
            case DIRECTORY -> EntryOut.BYTES;
            case XATTR -> GetxattrOut.BYTES;
            default -> bytes;
        };
    }
}
