package org.dpfs4j.tck;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A reply as bytes: length, error and unique of its header, and what is wrong with it. */
record Heard(long length, int error, long unique) {
    private static final int HEADER = 16;

    static Heard of(byte[] reply) {
        if (reply.length < HEADER) {
            throw new AssertionError("no reply: " + reply.length + " bytes");
        }
        var buffer = ByteBuffer.wrap(reply).order(ByteOrder.LITTLE_ENDIAN);
        var heard = new Heard(Integer.toUnsignedLong(buffer.getInt(0)), -buffer.getInt(4), buffer.getLong(8));
        if (heard.length != reply.length) {
            throw new AssertionError("says " + heard.length + " bytes, used " + reply.length);
        }
        if (heard.error < 0 || heard.error > 511 || (heard.error != 0 && reply.length != HEADER)) {
            throw new AssertionError("not an error that Linux takes: " + heard);
        }
        return heard;
    }
}
