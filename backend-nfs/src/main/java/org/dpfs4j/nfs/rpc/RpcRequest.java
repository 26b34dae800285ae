package org.dpfs4j.nfs.rpc;

import org.dpfs4j.memory.Iovecs;

/**
 * One call of a remote procedure: its encoded bytes, perhaps data of a guest behind them, and what happens with the reply.
 * The bytes stay until the reply, so that the same bytes can be sent again.
 *
 * <pre>
 *   | record mark | xid | CALL | 2 | program | version | procedure | credential | verifier | arguments | payload | pad |
 * </pre>
 */
public abstract class RpcRequest {
    /** Where the XID is. */
    private static final int XID = 4;

    private static final int CALL = 0;
    private static final int RPC_VERSION = 2;
    private static final int FIRST_CAPACITY = 1024;

    private final XdrWriter out = new XdrWriter(FIRST_CAPACITY);
    private Iovecs payload;
    private int payloadBytes;
    private int payloadOffset;
    private Iovecs target;
    private long targetOffset;
    private long sentNanos;
    private int xid;

    /** For extension by what knows the procedure. */
    protected RpcRequest() {}

    /** The encoded bytes. */
    public final XdrWriter out() {
        return out;
    }

    /** Begins a request. */
    protected final void begin(int program, int version, int procedure, Credential credential) {
        out.clear();
        payload = null;
        target = null;
        payloadBytes = 0;
        out.putInt(0);
        out.putInt(0);
        out.putInt(CALL);
        out.putInt(RPC_VERSION);
        out.putInt(program);
        out.putInt(version);
        out.putInt(procedure);
        credential.write(out);
    }

    /** Data that follows the encoded bytes, whose length has been written; it stays where it is until the reply. */
    protected final void payload(Iovecs source, int offset, int bytes) {
        payload = source;
        payloadOffset = offset;
        payloadBytes = bytes;
    }

    /**
     * Data that the reply ends with, {@code most} bytes at most, may go to {@code at} of a list while it comes, if it is long. The list
     * and its memory stay as they are until the reply or the end of the connection; there may be a part of the data then.
     */
    protected final void landing(Iovecs list, long at, int most) {
        target = most >= RecordReader.LONG_BYTES ? list : null;
        targetOffset = at;
    }

    final Iovecs target() {
        return target;
    }

    final long targetOffset() {
        return targetOffset;
    }

    /**
     * How many bytes of data a reply ends with, for which there is room where they are to land; 0 when it cannot be told yet or is none
     * of that kind. {@code in} has the first part of it, and begins behind the XID and the message type.
     */
    protected int landingBytes(XdrReader in) {
        return 0;
    }

    final Iovecs payload() {
        return payload;
    }

    final int payloadOffset() {
        return payloadOffset;
    }

    final int payloadBytes() {
        return payloadBytes;
    }

    /** Names the request on its connection and marks the record. */
    final void seal(int number, long now) {
        xid = number;
        sentNanos = now;
        out.patchInt(XID, number);
        var bytes = out.position() - Integer.BYTES + (int) Xdr.padded(payloadBytes);
        out.patchInt(0, RecordReader.LAST_FRAGMENT | bytes);
    }

    /** The number that the reply carries. */
    final int xid() {
        return xid;
    }

    /** When it was sent, by {@link System#nanoTime}. */
    final long sentNanos() {
        return sentNanos;
    }

    /**
     * The reply has come; {@code in} begins behind the XID and the message type. May throw {@link Malformed}; then the
     * connection is dropped and this request has had its answer.
     */
    protected abstract void replied(XdrReader in);

    /** Gives the memory back; nobody may refer to it any more. */
    public final void free() {
        out.close();
    }
}
