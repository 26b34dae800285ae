package org.dpfs4j.nfsserver;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * A call on its way, taken apart as far as a faulty network needs it.
 *
 * @param xid its transaction
 * @param countAt where in the record its number of operations is
 * @param operations their numbers, up to the first whose end is not known
 * @param offsets where in the record each of them begins
 */
record CallRecord(int xid, int countAt, List<Integer> operations, List<Integer> offsets) {
    private static final int OPERATIONS_MAX = 1024;

    /** Reads a record without its mark, and leaves it as it is. */
    static CallRecord of(ByteBuf record) {
        var in = record.slice();
        int xid = in.readInt();
        in.skipBytes(16);
        boolean compound = in.readInt() == 1;
        for (int credential = 0; credential < 2; credential++) {
            in.skipBytes(4);
            Xdr.skipOpaque(in);
        }
        if (!compound) {
            return new CallRecord(xid, in.readerIndex(), List.of(), List.of());
        }
        Xdr.skipOpaque(in);
        in.skipBytes(4);
        int countAt = in.readerIndex();
        var operations = new ArrayList<Integer>();
        var offsets = new ArrayList<Integer>();
        try {
            for (int left = Xdr.length(in, OPERATIONS_MAX); left > 0; left--) {
                int offset = in.readerIndex();
                int operation = in.readInt();
                offsets.add(offset);
                operations.add(operation);
                Arguments.skip(operation, in);
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException _) {
            // What is behind an operation that nobody knows stays unknown.
        }
        return new CallRecord(xid, countAt, operations, offsets);
    }

    /** Which of its operations is the first {@code operation}, or -1. */
    int indexOf(int operation) {
        return operations.indexOf(operation);
    }
}
