package org.dpfs4j.load;

import java.nio.charset.StandardCharsets;

/** Names that scripts make, and nodes that come back for them. */
final class Names {
    /** What a name of a slot looks like: digits are written in place of the zeros. */
    static final String NUMBERED = "n-0000-00000000";

    private static final int SLOT_AT = 2;
    private static final int SLOT_DIGITS = 4;
    private static final int NUMBER_AT = 7;
    private static final int NUMBER_DIGITS = 8;

    private Names() {}

    /** As bytes of a request. */
    static byte[] bytes(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }

    /** Writes slot and number into the {@link #NUMBERED} name at {@code offset} of a request. */
    static Image number(Image image, long offset, int slot, int number) {
        return image.putHex(offset + SLOT_AT, SLOT_DIGITS, slot).putHex(offset + NUMBER_AT, NUMBER_DIGITS, number);
    }

    /** The node that an answer brings. */
    static long node(Image answered) throws CaseFailure {
        var node = answered.result(0);
        if (node == 0) {
            throw new CaseFailure(answered + " was answered with no node");
        }
        return node;
    }
}
