package org.dpfs4j.nfs;

import java.util.HexFormat;
import java.util.Random;
import org.dpfs4j.tck.FuzzTck;
import org.junit.jupiter.api.Test;

/** Replies of a server. */
class ReplyFuzzTest extends FuzzTck {
    private static final int INPUTS = Boolean.getBoolean("dpfs4j.all") ? 100 : 5;
    private static final int INPUT_BYTES = 8 * ReplyMangler.BREAK_BYTES;
    private static final int REPLIES = 12;
    private static final long SEED = 5;

    ReplyFuzzTest() {
        super(ReplyFuzz.class);
    }

    @Test
    void randomBreaksDoNoHarm() {
        var random = new Random(SEED);
        for (int i = 0; i < INPUTS; i++) {
            var input = new byte[INPUT_BYTES];
            random.nextBytes(input);
            for (int at = 0; at < INPUT_BYTES; at += ReplyMangler.BREAK_BYTES) {
                input[at] = (byte) random.nextInt(REPLIES);
            }
            try {
                ReplyFuzz.fuzzerTestOneInput(input);
            } catch (RuntimeException | Error e) {
                throw new AssertionError(HexFormat.of().formatHex(input), e);
            }
        }
    }
}
