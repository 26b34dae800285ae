package org.dpfs4j.nfs.v4;

import org.dpfs4j.nfs.rpc.Malformed;
import org.dpfs4j.nfs.rpc.XdrReader;
import org.dpfs4j.nfs.rpc.XdrWriter;

/**
 * One direction of a session ({@code channel_attrs4}): what is asked for, or what was granted.
 *
 * @param requestBytesMax the largest request
 * @param replyBytesMax the largest reply
 * @param cachedReplyBytesMax the largest reply that is kept for a request that is sent again
 * @param operationsMax operations of a COMPOUND
 * @param slots requests at a time
 */
record SessionParameters(
        int requestBytesMax, int replyBytesMax, int cachedReplyBytesMax, int operationsMax, int slots) {
    /** Room for the largest reply to OPEN, CREATE, RENAME and their like, and small enough to be granted many times. */
    static final int CACHED_REPLY_BYTES = 1024;

    private static final int OPERATIONS = 16;
    private static final int BYTES_MIN = 1024;

    /** What server's calls to us need: two operations, one at a time. */
    static final SessionParameters BACK = new SessionParameters(4096, 4096, 4096, 2, 1);

    /** What we need for data of this size. */
    static SessionParameters fore(int requestBytes, int replyBytes) {
        return new SessionParameters(requestBytes, replyBytes, CACHED_REPLY_BYTES, OPERATIONS, Slots.COUNT_MAX);
    }

    void write(XdrWriter out) {
        out.putInt(0);
        out.putInt(requestBytesMax);
        out.putInt(replyBytesMax);
        out.putInt(cachedReplyBytesMax);
        out.putInt(operationsMax);
        out.putInt(slots);
        out.putInt(0);
    }

    static SessionParameters read(XdrReader in) {
        in.getInt();
        var request = bounded(in);
        var reply = bounded(in);
        var cached = bounded(in);
        var operations = bounded(in);
        var slots = bounded(in);
        in.skip(Integer.BYTES * in.getCount(1));
        return new SessionParameters(request, reply, cached, operations, slots);
    }

    private static int bounded(XdrReader in) {
        return (int) Math.min(in.getUnsigned(), Integer.MAX_VALUE);
    }

    /** Refuses a session in which nothing can be said. */
    SessionParameters checked() {
        if (requestBytesMax < BYTES_MIN || replyBytesMax < BYTES_MIN || operationsMax < 8 || slots < 1) {
            throw new Malformed("a session without room: " + this);
        }
        return this;
    }
}
