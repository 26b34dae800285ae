package org.dpfs4j.nfs.v4;

import org.dpfs4j.memory.Iovecs;
import org.dpfs4j.nfs.rpc.Credential;
import org.dpfs4j.nfs.rpc.RpcRequest;
import org.dpfs4j.wire.Name;

/**
 * A COMPOUND as it is written (RFC 8881, 16.2). What is only known when it is sent, slot and state ids, is filled in then:
 * the same request may be sent again in another session, with state that has been recovered. Why this file is long: it has
 * the operations that most requests are made of.
 */
public abstract class Compound extends RpcRequest {
    private static final int PROGRAM = 100003;
    private static final int VERSION = 4;
    private static final int PROCEDURE_COMPOUND = 1;
    private static final int PROCEDURE_NULL = 0;
    private static final int STATES_MAX = 4;
    private static final int HEAD_BYTES = 512;

    private int opsAt;
    private int ops;
    private int sequenceAt;
    private final StateHolder[] holders = new StateHolder[STATES_MAX];
    private final int[] holdersAt = new int[STATES_MAX];
    private final StateId[] sentIds = new StateId[STATES_MAX];
    private int states;
    private long readOffset;
    private int readBytes;
    private long writeOffset;
    private int writeBytes;
    private boolean writesDurably;
    private int dataBytes;
    private FileHandle file;

    /** For extension by what is in flight. */
    protected Compound() {}

    /** Begins a COMPOUND; with a SEQUENCE in front unless it is for no session. */
    final void begin(Credential credential, int minor, boolean inSession) {
        begin(PROGRAM, VERSION, PROCEDURE_COMPOUND, credential);
        out().putInt(0);
        out().putInt(minor);
        opsAt = out().position();
        out().putInt(0);
        ops = 0;
        states = 0;
        dataBytes = 0;
        file = null;
        sequenceAt = 0;
        if (inSession) {
            op(Op.SEQUENCE);
            sequenceAt = out().position();
            for (int i = 0; i < 8; i++) {
                out().putInt(0);
            }
        }
    }

    /** Begins a call of the procedure that does nothing. */
    final void beginNull(Credential credential) {
        begin(PROGRAM, VERSION, PROCEDURE_NULL, credential);
    }

    final boolean inSession() {
        return sequenceAt != 0;
    }

    /** Fills in session and slot, and state ids as they are now. */
    final void sequence(long sessionHigh, long sessionLow, int sequence, int slot, int highestSlot, boolean cached) {
        out().patchLong(sequenceAt, sessionHigh);
        out().patchLong(sequenceAt + 8, sessionLow);
        out().patchInt(sequenceAt + 16, sequence);
        out().patchInt(sequenceAt + 20, slot);
        out().patchInt(sequenceAt + 24, highestSlot);
        out().patchInt(sequenceAt + 28, cached ? 1 : 0);
        for (int i = 0; i < states; i++) {
            sentIds[i] = holders[i].stateId();
            out().patchLong(holdersAt[i], sentIds[i].high());
            out().patchInt(holdersAt[i] + 8, sentIds[i].low());
        }
    }

    /** What the request names of the server's state, in the order written; null beyond. */
    final StateHolder holder(int index) {
        return index < states ? holders[index] : null;
    }

    /** Whether state that the request names has got another id since it was sent. */
    final boolean stateHasChanged() {
        for (int i = 0; i < states; i++) {
            if (!sentIds[i].equals(holders[i].stateId())) {
                return true;
            }
        }
        return false;
    }

    /** How many operations there are. */
    final int operations() {
        return ops;
    }

    final void op(int number) {
        out().putInt(number);
        out().patchInt(opsAt, ++ops);
    }

    /** The file that the next operations are about. */
    public final void putfh(FileHandle handle) {
        op(Op.PUTFH);
        file = handle;
        handle.write(out());
    }

    /** The file that was named last; null: none. */
    final FileHandle file() {
        return file;
    }

    public final void putrootfh() {
        op(Op.PUTROOTFH);
    }

    public final void savefh() {
        op(Op.SAVEFH);
    }

    public final void restorefh() {
        op(Op.RESTOREFH);
    }

    public final void getfh() {
        op(Op.GETFH);
    }

    public final void getattr(AttributeMask mask) {
        op(Op.GETATTR);
        mask(mask);
    }

    final void mask(AttributeMask mask) {
        out().putInt(mask.high() != 0 ? 3 : 2);
        out().putInt(mask.low());
        out().putInt(mask.middle());
        if (mask.high() != 0) {
            out().putInt(mask.high());
        }
    }

    public final void lookup(Name name) {
        op(Op.LOOKUP);
        name(name);
    }

    public final void lookup(byte[] name) {
        op(Op.LOOKUP);
        out().putOpaque(name);
    }

    public final void lookupParent() {
        op(Op.LOOKUPP);
    }

    final void name(Name name) {
        out().putOpaque(name.address(), name.length());
    }

    /** State that the request names; its id is filled in when it is sent. */
    final void stateId(StateHolder holder) {
        out().putInt(0);
        if (holder == null) {
            out().putLong(0);
            out().putInt(0);
            return;
        }
        holders[states] = holder;
        holdersAt[states++] = out().position();
        out().putLong(0);
        out().putInt(0);
    }

    /** The state that an OPEN of the same COMPOUND gave (RFC 8881, 16.2.3.1.2). */
    final void currentStateId() {
        out().putInt(1);
        out().putLong(0);
        out().putInt(0);
    }

    /**
     * Reads; {@code holder} null: by nobody's handle. The data is for {@code at} of {@code list}, and may be written there before the
     * answer, which {@link Results#readData} reads.
     */
    public final void read(StateHolder holder, long offset, int bytes, Iovecs list, long at) {
        landing(list, at, bytes);
        op(Op.READ);
        readOffset = offset;
        readBytes = bytes;
        dataBytes = bytes;
        stateId(holder);
        out().putLong(offset);
        out().putInt(bytes);
    }

    /** How much data is asked for or given. */
    final int dataBytes() {
        return dataBytes;
    }

    /** Request and reply together, about. */
    final int weightBytes() {
        return HEAD_BYTES + dataBytes;
    }

    /** Where the last READ begins in its file. */
    public final long readOffset() {
        return readOffset;
    }

    /** How much the last READ asks for. */
    public final int readBytes() {
        return readBytes;
    }

    /** Writes a part of {@code source}; must be the last operation, since the data is at the end of the request. */
    public final void write(StateHolder holder, long offset, int stable, Iovecs source, int from, int bytes) {
        op(Op.WRITE);
        writeOffset = offset;
        writesDurably = stable != Written.UNSTABLE;
        writeBytes = bytes;
        dataBytes = bytes;
        stateId(holder);
        out().putLong(offset);
        out().putInt(stable);
        out().putInt(bytes);
        payload(source, from, bytes);
    }

    /** Where the last WRITE begins in its file. */
    public final long writeOffset() {
        return writeOffset;
    }

    /** Whether the last WRITE is durable when it is answered. */
    public final boolean writesDurably() {
        return writesDurably;
    }

    /** How much the last WRITE gives. */
    public final int writeBytes() {
        return writeBytes;
    }

    public final void commit(long offset, int bytes) {
        op(Op.COMMIT);
        out().putLong(offset);
        out().putInt(bytes);
    }

    public final void access(int mask) {
        op(Op.ACCESS);
        out().putInt(mask);
    }

    public final void readlink() {
        op(Op.READLINK);
    }

    public final void remove(Name name) {
        op(Op.REMOVE);
        name(name);
    }

    public final void remove(byte[] name) {
        op(Op.REMOVE);
        out().putOpaque(name);
    }

    public final void readdir(long cookie, long verifier, int bytesMax, AttributeMask mask) {
        dataBytes = bytesMax;
        op(Op.READDIR);
        out().putLong(cookie);
        out().putLong(verifier);
        out().putInt(bytesMax);
        out().putInt(bytesMax);
        mask(mask);
    }

    /** Removes what an open file holds at the server. */
    public final void close(StateHolder holder) {
        op(Op.CLOSE);
        out().putInt(0);
        stateId(holder);
    }

    /** As above, of the file just opened. */
    public final void closeCurrent() {
        op(Op.CLOSE);
        out().putInt(0);
        currentStateId();
    }

    /** Changes attributes by whatever state there is: {@code holder} null: none; where a file was just opened: by that. */
    public final void setattr(StateHolder holder, boolean current, AttributeChanges changes) {
        op(Op.SETATTR);
        if (current) {
            currentStateId();
        } else {
            stateId(holder);
        }
        changes.write(out());
    }
}
