package org.dpfs4j.snap;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import org.dpfs4j.memory.IovecPool;
import org.dpfs4j.memory.Iovecs;
import org.dpfs4j.memory.Limits;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.transport.PooledExchange;

/**
 * A request of a provider: a {@code struct vfsp_req}, whose pieces are the provider's memory until it is completed. One in more
 * pieces than a scatter list has is copied into one piece, and its answer back.
 */
final class SnapExchange extends PooledExchange {
    /** Bytes of {@code struct vfsp_req}. */
    static final int REQUEST_BYTES = 64;

    private static final int NO_REPLY = 2;
    private static final int OUT_HEADER_BYTES = 16;

    /** Larger than any request that is served. */
    private static final long FLAT_BYTES_MAX = 2L * Limits.TRANSFER_BYTES;

    private long cookie;
    private boolean expectsReply;
    private long flatRequest;
    private long flatReply;
    private long replyPieces;
    private int replyPieceCount;

    SnapExchange(int index, IovecPool pool) {
        super(index, pool);
    }

    static long cookie(long request) {
        return Memory.ALL.get(JAVA_LONG, request);
    }

    static int generation(long request) {
        return Memory.ALL.get(JAVA_INT, request + 40);
    }

    static int device(long request) {
        return Short.toUnsignedInt(Memory.ALL.get(JAVA_SHORT, request + 44));
    }

    static int queue(long request) {
        return Short.toUnsignedInt(Memory.ALL.get(JAVA_SHORT, request + 46));
    }

    /** Takes over the request at this address; false when it is larger than any that is served, and must be refused. */
    boolean begin(long request) {
        cookie = cookie(request);
        expectsReply = (Memory.ALL.get(JAVA_SHORT, request + 50) & NO_REPLY) == 0;
        replyPieces = Memory.ALL.get(JAVA_LONG, request + 16);
        replyPieceCount = Memory.ALL.get(JAVA_INT, request + 28);
        var pieces = Memory.ALL.get(JAVA_LONG, request + 8);
        var count = Memory.ALL.get(JAVA_INT, request + 24);
        if (!add(request(), pieces, count)) {
            flatRequest = flat(request(), pieces, count);
            if (flatRequest == 0) {
                return false;
            }
            gather(pieces, count, flatRequest);
        }
        if (!add(reply(), replyPieces, replyPieceCount)) {
            flatReply = flat(reply(), replyPieces, replyPieceCount);
            if (flatReply == 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean add(Iovecs list, long pieces, int count) {
        for (int i = 0; i < count; i++) {
            if (!list.add(address(pieces, i), length(pieces, i))) {
                return false;
            }
        }
        return true;
    }

    private static long address(long pieces, int index) {
        return Memory.ALL.get(JAVA_LONG, pieces + (long) index * Iovecs.ENTRY_BYTES);
    }

    private static long length(long pieces, int index) {
        return Memory.ALL.get(JAVA_LONG, pieces + (long) index * Iovecs.ENTRY_BYTES + 8);
    }

    /** Makes the list one piece of our own; 0 when it is too large. */
    private static long flat(Iovecs list, long pieces, int count) {
        list.clear();
        var bytes = 0L;
        for (int i = 0; i < count; i++) {
            bytes += length(pieces, i);
            if (bytes < 0 || bytes > FLAT_BYTES_MAX) {
                return 0;
            }
        }
        var flat = Memory.allocate(bytes);
        list.add(flat, bytes);
        return flat;
    }

    private static void gather(long pieces, int count, long to) {
        var at = to;
        for (int i = 0; i < count; i++) {
            Memory.copy(address(pieces, i), at, length(pieces, i));
            at += length(pieces, i);
        }
    }

    /** So many bytes of the reply were written: those of a flat one go where they belong. */
    void written(long bytes) {
        var left = flatReply == 0 ? 0 : bytes;
        for (int i = 0; i < replyPieceCount && left > 0; i++) {
            var part = Math.min(left, length(replyPieces, i));
            Memory.copy(flatReply + bytes - left, address(replyPieces, i), part);
            left -= part;
        }
    }

    @Override
    protected void end() {
        super.end();
        if (flatRequest != 0) {
            Memory.free(flatRequest);
            flatRequest = 0;
        }
        if (flatReply != 0) {
            Memory.free(flatReply);
            flatReply = 0;
        }
    }

    long cookie() {
        return cookie;
    }

    /** Whether there are bytes of an answer: none mean that something went wrong then. */
    boolean expectsReply() {
        return expectsReply && reply().sizeBytes() >= OUT_HEADER_BYTES;
    }
}
