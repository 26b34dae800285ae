package org.dpfs4j.devfuse;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import org.dpfs4j.io.Syscall;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.memory.IovecPool;
import org.dpfs4j.memory.Limits;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.transport.PooledExchange;

/**
 * A request that was read, and room for its answer, in memory of its own; the kernel gives pages to what was touched once.
 * The data of a WRITE and of a READ's answer begin on a page:
 *
 * <pre>
 *   page 0            | pages of the request        | one page         | pages of the reply
 *   ..........[header,| data or names ............. | ........[header, | data ...........
 *             WriteIn]                                         16 bytes]
 * </pre>
 */
final class DevFuseExchange extends PooledExchange {
    private static final int PAGE_BYTES = 4096;

    /** {@code struct fuse_in_header} of {@code linux/fuse.h}. */
    private static final int REQUEST_HEADER = 40;

    /** It and {@code struct fuse_write_in}. */
    private static final int BEFORE_DATA = REQUEST_HEADER + 40;

    /** {@code struct fuse_out_header}. */
    private static final int REPLY_HEADER = 16;

    /** What read(2) must offer: {@code max_write}, which the session answers INIT with, and what stands before the data. */
    static final long REQUEST_BYTES = BEFORE_DATA + (long) Limits.TRANSFER_BYTES;

    /** Bytes of data in an answer at most; {@code max_read} of the mount. */
    static final int REPLY_DATA_BYTES = 1 << 20;

    /** An answer with its header, and the structure of an IOCTL's. */
    private static final long REPLY_BYTES = REPLY_HEADER + (long) REPLY_DATA_BYTES + PAGE_BYTES;

    private static final long REPLY_PAGE = PAGE_BYTES + (long) Limits.TRANSFER_BYTES;
    private static final long AREA_BYTES = REPLY_PAGE + PAGE_BYTES + REPLY_DATA_BYTES + PAGE_BYTES;

    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE_ANONYMOUS_NORESERVE = 0x02 | 0x20 | 0x4000;

    /** {@code struct fuse_in_header}: length, opcode, unique. */
    private static final int OPCODE = 4;

    private static final int UNIQUE = 8;

    /** {@code struct fuse_out_header}: length, error, unique. */
    private static final int ERROR = 4;

    private static final int FORGET = 2;
    private static final int INTERRUPT = 36;
    private static final int NOTIFY_REPLY = 41;
    private static final int BATCH_FORGET = 42;

    private final Syscalls syscalls;
    private final long area;

    /** An exchange with memory of its own; {@code syscalls} are its lane's. */
    DevFuseExchange(int index, IovecPool pool, Syscalls syscalls) {
        super(index, pool);
        this.syscalls = syscalls;
        area = syscalls.call(Syscall.MMAP, 0, AREA_BYTES, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS_NORESERVE, -1, 0);
        if (area < 0) {
            throw new OutOfMemoryError("no address space for a request: errno " + -area);
        }
    }

    /** Where the request is read to, {@link #REQUEST_BYTES}. */
    long requestAddress() {
        return area + PAGE_BYTES - BEFORE_DATA;
    }

    /** Where the reply stands as a whole. */
    long replyAddress() {
        return area + REPLY_PAGE + PAGE_BYTES - REPLY_HEADER;
    }

    /** Begins with what was read; a header that is cut has zeros where it ends, not what stood there before. */
    void begin(long bytes) {
        if (bytes < REQUEST_HEADER) {
            Memory.at(requestAddress() + bytes, REQUEST_HEADER - bytes).fill((byte) 0);
        }
        request().add(requestAddress(), bytes);
        reply().add(replyAddress(), REPLY_BYTES);
    }

    /** Whether somebody waits for the answer. */
    boolean wantsReply() {
        var opcode = Memory.ALL.get(JAVA_INT, requestAddress() + OPCODE);
        return opcode != FORGET && opcode != BATCH_FORGET && opcode != INTERRUPT && opcode != NOTIFY_REPLY;
    }

    /** Makes the reply an error; returns its bytes. */
    long refuse(int errno) {
        Memory.ALL.set(JAVA_INT, replyAddress(), REPLY_HEADER);
        Memory.ALL.set(JAVA_INT, replyAddress() + ERROR, -errno);
        Memory.copy(requestAddress() + UNIQUE, replyAddress() + UNIQUE, Long.BYTES);
        return REPLY_HEADER;
    }

    @Override
    protected void close() {
        super.close();
        syscalls.call(Syscall.MUNMAP, area, AREA_BYTES);
    }
}
