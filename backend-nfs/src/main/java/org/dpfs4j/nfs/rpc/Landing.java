package org.dpfs4j.nfs.rpc;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import org.dpfs4j.io.Syscall;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.memory.Iovecs;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.wire.Errno;

/**
 * The data of one long reply on its way to where it belongs, a guest's memory, while it is still coming. It is copied there from what
 * was received anyway, or received there. Both happen on the lane, within one call: nothing of the kernel's is under way to a guest's
 * memory between two turns, so that whoever ends a request need not wait for anything.
 *
 * <pre>
 *   block: | struct msghdr | struct iovec, one for each of the next pieces of the guest's memory |
 * </pre>
 */
final class Landing implements AutoCloseable {
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSGHDR_BYTES = 56;
    private static final int VECTORS_AT = 16;
    private static final int VECTOR_COUNT_AT = 24;
    private static final int VECTORS_MAX = 256;

    private final long block = Memory.allocate(MSGHDR_BYTES + (long) VECTORS_MAX * Iovecs.ENTRY_BYTES);
    private Iovecs target;
    private long offset;
    private int bytes;
    private int done;
    private boolean faulty;
    private InternalError fault;

    Landing() {
        Memory.ALL.asSlice(block, MSGHDR_BYTES).fill((byte) 0);
        Memory.ALL.set(JAVA_LONG_UNALIGNED, block + VECTORS_AT, block + MSGHDR_BYTES);
    }

    /** Data of a reply begins to come: {@code size} bytes, for {@code at} of a list that has room for them. */
    void begin(Iovecs list, long at, int size) {
        assert at + size <= list.sizeBytes();
        target = list;
        offset = at;
        bytes = size;
        done = 0;
        faulty = false;
        fault = null;
    }

    /** Whether data is coming. */
    boolean isUnderWay() {
        return target != null;
    }

    /** Bytes that have not come. */
    int left() {
        return bytes - done;
    }

    /** Takes the next bytes, which have been received; a fault in the guest's memory is kept for whoever reads the reply. */
    void take(long from, int size) {
        assert size <= left();
        if (fault == null) {
            try {
                target.copyIn(offset + done, from, size);
            } catch (InternalError memory) {
                fault = memory;
            }
        }
        done += size;
    }

    /** Whether more can be received at once. */
    boolean receives() {
        return target != null && done < bytes && !faulty;
    }

    /** Receives the next bytes, if any have come; how many, 0 where none or the connection is to be looked at otherwise. */
    int receive(Syscalls syscalls, int socket) {
        Memory.ALL.set(JAVA_LONG_UNALIGNED, block + VECTOR_COUNT_AT, vectors());
        long count;
        do {
            count = syscalls.call(Syscall.RECVMSG, socket, block, MSG_DONTWAIT);
        } while (count == -Errno.EINTR.code());
        faulty = count == -Errno.EFAULT.code();
        done += (int) Math.max(0, count);
        return (int) Math.max(0, count);
    }

    private int vectors() {
        var skip = offset + done;
        var room = (long) left();
        var count = 0;
        for (int i = 0; i < target.count() && room > 0 && count < VECTORS_MAX; i++) {
            var length = target.length(i);
            if (skip < length) {
                var part = Math.min(length - skip, room);
                var at = block + MSGHDR_BYTES + (long) count++ * Iovecs.ENTRY_BYTES;
                Memory.ALL.set(JAVA_LONG_UNALIGNED, at, target.address(i) + skip);
                Memory.ALL.set(JAVA_LONG_UNALIGNED, at + 8, part);
                room -= part;
            }
            skip = Math.max(0, skip - length);
        }
        return count;
    }

    /** All has come: how many bytes; throws the fault that was met in the guest's memory. */
    int ended(Iovecs list, long at) {
        if (list != target || at != offset || done != bytes) {
            throw new Malformed("a reply brings other data than was asked for");
        }
        if (fault != null) {
            throw fault;
        }
        return bytes;
    }

    /** Nothing comes any more, and nothing is referred to. */
    void end() {
        target = null;
    }

    @Override
    public void close() {
        end();
        Memory.free(block);
    }
}
