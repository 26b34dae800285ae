package org.dpfs4j.nfs.v4;

import org.dpfs4j.nfs.rpc.XdrReader;

/**
 * The head of a reply to SEQUENCE, PUTFH and READ, looked at while the data behind it is still coming. Only a head that is right in
 * everything counts; what is wrong with any other is found when the reply has come as a whole.
 */
final class ReadHead {
    private static final int ACCEPTED = 0;
    private static final int SUCCESS = 0;
    private static final int OPERATIONS = 3;
    private static final int REST_OF_SEQUENCE_BYTES = 12;

    private ReadHead() {}

    /** How many bytes of data follow, at most {@code most}; 0 if this is another reply. Reads 96 bytes at most. */
    static int dataBytes(XdrReader in, SessionId session, int sequence, int slot, int most) {
        return isAccepted(in) && isInSlot(in, session, sequence, slot) && isDone(in, Op.PUTFH) && isDone(in, Op.READ)
                ? length(in, most)
                : 0;
    }

    /** RPC has no verifier, COMPOUND no tag, as is usual. */
    private static boolean isAccepted(XdrReader in) {
        return in.getInt() == ACCEPTED
                && in.getLong() == 0
                && in.getInt() == SUCCESS
                && in.getInt() == Status.OK
                && in.getInt() == 0
                && in.getInt() == OPERATIONS;
    }

    private static boolean isInSlot(XdrReader in, SessionId session, int sequence, int slot) {
        if (isDone(in, Op.SEQUENCE)
                && in.getLong() == session.high()
                && in.getLong() == session.low()
                && in.getInt() == sequence
                && in.getInt() == slot) {
            in.skip(REST_OF_SEQUENCE_BYTES);
            return true;
        }
        return false;
    }

    private static boolean isDone(XdrReader in, int operation) {
        return in.getInt() == operation && in.getInt() == Status.OK;
    }

    private static int length(XdrReader in, int most) {
        in.getFlag();
        var bytes = in.getUnsigned();
        return bytes <= most ? (int) bytes : 0;
    }
}
