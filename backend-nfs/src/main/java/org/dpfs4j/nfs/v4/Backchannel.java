package org.dpfs4j.nfs.v4;

import org.dpfs4j.nfs.rpc.Connection;
import org.dpfs4j.nfs.rpc.Malformed;
import org.dpfs4j.nfs.rpc.XdrReader;
import org.dpfs4j.nfs.rpc.XdrWriter;

/**
 * Answers what the server calls us for (RFC 8881, 20), one call at a time: its last answer is kept, in case that it asks
 * again. Belongs to a session.
 */
final class Backchannel {
    /** Chosen freely; the server is told in CREATE_SESSION. */
    static final int PROGRAM = 0x4000_0000;

    private static final int AUTH_BYTES_MAX = 400;
    private static final int TAG_BYTES_MAX = 1024;
    private static final int LISTS_MAX = 64;
    private static final int OPS_MAX = 16;
    private static final int ANSWER_BYTES = 256;
    private static final int CB_GETATTR = 3;
    private static final int CB_RECALL = 4;
    private static final int CB_LAYOUTRECALL = 5;
    private static final int CB_RECALL_ANY = 8;
    private static final int CB_RECALL_SLOT = 10;
    private static final int CB_SEQUENCE = 11;
    private static final int CB_NOTIFY_LOCK = 13;
    private static final int DELEGATIONS_FOR_READING = 1;
    private static final int BADHANDLE = 10001;
    private static final int NOMATCHING_LAYOUT = 10060;
    private static final int SEQUENCE_POS = 10064;

    private final LaneSession session;
    private final XdrWriter answer = new XdrWriter(ANSWER_BYTES);
    private final FileHandle handle = new FileHandle();
    private SessionId answeredIn;
    private int lastSequence;

    Backchannel(LaneSession session) {
        this.session = session;
    }

    /** A call has come: {@code in} begins behind its type. */
    void called(Connection connection, int xid, XdrReader in) {
        if (in.getInt() != 2 || in.getInt() != PROGRAM) {
            throw new Malformed("a call of a program that we are not");
        }
        in.getInt();
        var procedure = in.getInt();
        for (int i = 0; i < 2; i++) {
            in.getInt();
            in.skipOpaque(AUTH_BYTES_MAX);
        }
        switch (procedure) {
            case 0 -> begin(xid);
            case 1 -> compound(xid, in);
            default -> throw new Malformed("a call of a procedure that we do not have");
        }
        connection.sendReply(answer);
    }

    private void begin(int xid) {
        answer.clear();
        answer.putInt(0);
        answer.putInt(xid);
        for (int i = 0; i < 5; i++) {
            answer.putInt(i == 0 ? 1 : 0); // REPLY, accepted, no verifier (two words), success
        }
    }

    private void compound(int xid, XdrReader in) {
        in.skipOpaque(TAG_BYTES_MAX);
        in.getInt();
        in.getInt();
        var ops = in.getCount(OPS_MAX);
        if (ops == 0 || in.getInt() != CB_SEQUENCE) {
            refuse(xid, SEQUENCE_POS);
            return;
        }
        var id = SessionId.read(in);
        var sequence = in.getInt();
        var slot = in.getInt();
        if (!id.equals(session.session()) || slot != 0) {
            refuse(xid, slot != 0 ? Status.BADSLOT : Status.BADSESSION);
            return;
        }
        if (id.equals(answeredIn) && sequence == lastSequence) {
            answer.patchInt(Integer.BYTES, xid);
            return;
        }
        if (sequence != (id.equals(answeredIn) ? lastSequence + 1 : sequence)) {
            refuse(xid, Status.SEQ_MISORDERED);
            return;
        }
        skipReferences(in);
        answeredIn = id;
        lastSequence = sequence;
        answer(xid, id, sequence, ops, in);
    }

    private static void skipReferences(XdrReader in) {
        in.getInt();
        in.getInt();
        var lists = in.getCount(LISTS_MAX);
        for (int i = 0; i < lists; i++) {
            in.skip(16);
            in.skip(2 * Integer.BYTES * in.getCount(LISTS_MAX));
        }
    }

    private void refuse(int xid, int status) {
        begin(xid);
        answer.putInt(status);
        answer.putInt(0);
        answer.putInt(1);
        answer.putInt(CB_SEQUENCE);
        answer.putInt(status);
    }

    private void answer(int xid, SessionId id, int sequence, int ops, XdrReader in) {
        begin(xid);
        var statusAt = answer.position();
        answer.putInt(Status.OK);
        answer.putInt(0);
        var countAt = answer.position();
        answer.putInt(1);
        answer.putInt(CB_SEQUENCE);
        answer.putInt(Status.OK);
        id.write(answer);
        answer.putInt(sequence);
        answer.putInt(0);
        answer.putInt(0);
        answer.putInt(0);
        var status = Status.OK;
        for (int done = 1; done < ops && status == Status.OK; done++) {
            var number = in.getInt();
            status = serve(number, in);
            answer.putInt(number);
            answer.putInt(status);
            answer.patchInt(countAt, done + 1);
        }
        answer.patchInt(statusAt, status);
    }

    private int serve(int number, XdrReader in) {
        return switch (number) {
            case CB_RECALL -> {
                var delegation = StateId.read(in);
                in.getInt();
                handle.read(in);
                session.client().recalls().recalled(session, delegation, handle.copy());
                yield Status.OK;
            }
            case CB_RECALL_ANY -> {
                var most = in.getInt();
                var words = in.getCount(8);
                var ofReading = words > 0 && (in.getInt() & DELEGATIONS_FOR_READING) != 0;
                in.skip(Integer.BYTES * Math.max(0, words - 1));
                if (ofReading) {
                    session.client().recalls().keep(Math.max(0, most));
                }
                yield Status.OK;
            }
            case CB_RECALL_SLOT -> {
                session.target(in.getInt());
                yield Status.OK;
            }
            case CB_NOTIFY_LOCK -> {
                handle.read(in);
                in.getLong();
                in.skipOpaque(TAG_BYTES_MAX);
                session.client().lockMayBeFree(handle.copy());
                yield Status.OK;
            }
            case CB_GETATTR -> BADHANDLE;
            case CB_LAYOUTRECALL -> NOMATCHING_LAYOUT;
            default -> Status.NOTSUPP;
        };
    }

    void close() {
        answer.close();
    }
}
