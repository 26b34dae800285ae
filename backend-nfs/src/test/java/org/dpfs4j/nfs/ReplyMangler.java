package org.dpfs4j.nfs;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/**
 * Breaks some of a server's replies as an input says. The input is some breaks one after the other, each: how many replies are left
 * alone before it (u8), what is done ({@link Kind}, u8), where (u16, of the reply's words), with what (u8).
 */
final class ReplyMangler implements UnaryOperator<byte[]> {
    /** What is done to a reply. */
    enum Kind {
        BIT_IS_TURNED,
        WORD_IS_REPLACED,
        WORD_IS_ADDED,
        WORD_IS_LEFT_OUT,
        ENDS_EARLY,
        ENDS_EARLY_AND_SAYS_SO,
        COMES_TWICE,
        DOES_NOT_COME
    }

    /** Bytes of one break in an input. */
    static final int BREAK_BYTES = 5;

    /** So many breaks that a client, which waits longer each time, is done in time. */
    private static final int BREAKS_MAX = 8;

    private static final int MARK_BYTES = 4;
    private static final int LAST_FRAGMENT = 1 << 31;

    /** Words that are often more than numbers. */
    private static final int[] WORDS = {
        0,
        1,
        2,
        3,
        4,
        -1,
        5,
        22,
        10008,
        10011,
        10013,
        10021,
        10022,
        10024,
        10025,
        10033,
        10052,
        10063,
        10068,
        10055,
        70,
        64,
        127,
        128,
        129,
        1000,
        4096,
        1 << 16,
        1 << 20,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        0x100
    };

    private final byte[] input;
    private int at;
    private int breaks;
    private int untilNext;

    ReplyMangler(byte[] input) {
        this.input = input;
        next();
    }

    private void next() {
        untilNext = isOver() ? Integer.MAX_VALUE : input[at] & 0xff;
    }

    private boolean isOver() {
        return breaks >= BREAKS_MAX || input.length - at < BREAK_BYTES;
    }

    @Override
    public byte[] apply(byte[] reply) {
        if (isOver() || untilNext-- > 0) {
            return reply;
        }
        var kind = Kind.values()[(input[at + 1] & 0xff) % Kind.values().length];
        var word = ((input[at + 2] & 0xff) | (input[at + 3] & 0xff) << 8) % (reply.length / Integer.BYTES);
        var where = word * Integer.BYTES;
        var with = input[at + 4] & 0xff;
        at += BREAK_BYTES;
        breaks++;
        next();
        return broken(kind, reply, where, with);
    }

    private static byte[] broken(Kind kind, byte[] reply, int where, int with) {
        return switch (kind) {
            case BIT_IS_TURNED -> {
                reply[where + with / Byte.SIZE % Integer.BYTES] ^= (byte) (1 << with % Byte.SIZE);
                yield reply;
            }
            case WORD_IS_REPLACED -> {
                ByteBuffer.wrap(reply).putInt(where, WORDS[with % WORDS.length]);
                yield reply;
            }
            case WORD_IS_ADDED -> {
                var longer = ByteBuffer.allocate(reply.length + Integer.BYTES).put(reply, 0, where);
                longer.putInt(WORDS[with % WORDS.length]).put(reply, where, reply.length - where);
                yield marked(longer.array());
            }
            case WORD_IS_LEFT_OUT -> {
                var shorter = Arrays.copyOf(reply, reply.length - Integer.BYTES);
                System.arraycopy(reply, where + Integer.BYTES, shorter, where, shorter.length - where);
                yield marked(shorter);
            }
            case ENDS_EARLY -> Arrays.copyOf(reply, where + with % Integer.BYTES);
            case ENDS_EARLY_AND_SAYS_SO ->
                marked(Arrays.copyOf(reply, Math.max(MARK_BYTES, where + with % Integer.BYTES)));
            case COMES_TWICE -> {
                var twice = Arrays.copyOf(reply, 2 * reply.length);
                System.arraycopy(reply, 0, twice, reply.length, reply.length);
                yield twice;
            }
            case DOES_NOT_COME -> new byte[0];
        };
    }

    private static byte[] marked(byte[] record) {
        ByteBuffer.wrap(record).putInt(0, LAST_FRAGMENT | record.length - MARK_BYTES);
        return record;
    }
}
